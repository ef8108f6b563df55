using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>Recognizes a data set by its content.</summary>
internal static class DatasetFingerprint
{
    /// <summary>
    /// SHA-256 of a modality's features as <see cref="NpyWriter"/> and numpy write them, which is that of such a file itself, in hexadecimal;
    /// computed once.
    /// </summary>
    public static string Of(Modality modality) => modality.ChecksumBy(NpyWriter.ChecksumOf);

    /// <summary>SHA-256 of splits, names of modalities and their features' checksums, and a mixed split's cold items, in hexadecimal.</summary>
    public static string Of(Dataset dataset)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Interactions split in new[] { dataset.Train, dataset.Validation, dataset.Test })
        {
            hash.AppendData(MemoryMarshal.AsBytes<int>([split.Users, split.Items]));
            hash.AppendData(MemoryMarshal.AsBytes(split.UserStarts));
            hash.AppendData(MemoryMarshal.AsBytes(split.ItemIndices));
        }

        foreach (Modality modality in dataset.Modalities)
            hash.AppendData(Encoding.UTF8.GetBytes($"{Of(modality)} {modality.Name}\n"));

        if (dataset.ColdItems is { } cold) hash.AppendData(MemoryMarshal.AsBytes<int>([.. cold])); // they decide about the best epoch
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
