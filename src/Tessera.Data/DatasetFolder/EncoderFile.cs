using System.Security.Cryptography;
using System.Text;
using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>
/// <c>MODALITY_encoder.safetensors</c>: the encoder that was fitted to the items' contents and made a modality's features of them, beside these or in a
/// run, to encode later items. SHA-256 of what its header's <c>encoder</c> says, a line feed and its data is the encoder's version.
/// </summary>
internal static class EncoderFile
{
    /// <summary>How the names of such files end.</summary>
    public const string Suffix = "_encoder.safetensors";

    /// <summary>Where the header names the encoder and the format of its data.</summary>
    public const string EncoderKey = "encoder";

    /// <summary>Path of a modality's encoder.</summary>
    public static string PathOf(string directory, string modality) => Path.Combine(directory, modality + Suffix);

    /// <summary>Copies a modality's encoder into a folder, where none is left if there is none to copy.</summary>
    /// <returns>False where there is one, but it is not what made the features: it is damaged, or of other features.</returns>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static bool Copy(Modality modality, string directory)
    {
        string target = PathOf(directory, modality.Name);
        if (modality.FittedEncoder is { } source && VersionOf(source) == modality.Version)
        {
            using FileStream file = InputFile.Open(source);
            AtomicFile.Write(target, file.CopyTo);
            return true;
        }

        Delete(target);
        return modality.FittedEncoder is null;
    }

    /// <summary>Deletes a modality's encoder, if it is there.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static void Delete(string path)
    {
        if (File.Exists(path)) StorageException.Guard($"File '{path}'", () => File.Delete(path));
    }

    /// <summary>The version of the encoder in a file; null where it holds none.</summary>
    private static string? VersionOf(string path)
    {
        try
        {
            using FileStream file = InputFile.Open(path);
            SafetensorsHeader header = SafetensorsHeader.Read(file, path);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(Encoding.UTF8.GetBytes(header.Metadata.GetValueOrDefault(EncoderKey, "") + "\n"));
            var block = new byte[1 << 16];
            while (file.Read(block) is > 0 and int length) hash.AppendData(block, 0, length);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }
}
