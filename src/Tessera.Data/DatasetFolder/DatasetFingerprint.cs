using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Tessera.Data.DatasetFolder;

/// <summary>Recognizes a data set by its content.</summary>
public static class DatasetFingerprint
{
    /// <summary>SHA-256 of splits, names of modalities and features, in hexadecimal.</summary>
    public static string Of(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Interactions split in new[] { dataset.Train, dataset.Validation, dataset.Test })
        {
            hash.AppendData(MemoryMarshal.AsBytes<int>([split.Users, split.Items]));
            hash.AppendData(MemoryMarshal.AsBytes(split.UserStarts));
            hash.AppendData(MemoryMarshal.AsBytes(split.ItemIndices));
        }

        foreach (Modality modality in dataset.Modalities)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(modality.Name));
            hash.AppendData(MemoryMarshal.AsBytes<int>([modality.Dimensions]));
            for (int item = 0; item < dataset.Items; item++) hash.AppendData(MemoryMarshal.AsBytes(modality.Features.Row(item)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
