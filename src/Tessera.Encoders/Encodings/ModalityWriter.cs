using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Encoders.Encodings;

/// <summary>Writes a modality into a folder: <c>NAME_feat.npy</c>, its entry in the manifest, and the list of items without features.</summary>
internal static class ModalityWriter
{
    /// <summary>
    /// Writes results that stand in a cache, one row at a time; items without a result are zeros and listed as missing. Where no item has a result,
    /// features that are there stay, with their list of failures.
    /// </summary>
    /// <exception cref="InvalidInputException">No item has a result, the cache lost one, or a file cannot be written.</exception>
    public static FeatureManifestEntry Write(
        string directory, string name, EncoderIdentity identity, IReadOnlyCollection<string> itemIds, EncodingResult result, EncodingCache cache)
    {
        string path = FeatureFolder.PathOf(directory, name);
        ContentKey? first = result.Keys.FirstOrDefault(key => key is not null);
        if (first is not null || !File.Exists(path)) FailureList.Write(FailureList.PathOf(directory, name), result.Failures);
        ContentKey any = first ?? throw NoneOf(result, name);
        using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ContentKey? key in result.Keys) content.AppendData(key?.ToArray() ?? new byte[ContentKey.Size]);
        int dimensions = Find(any).Length / sizeof(float);
        string checksum = NpyWriter.Write(path, result.Items, dimensions, (row, numbers) =>
        {
            if (result.Keys[row] is { } key) MemoryMarshal.Cast<byte, float>(Find(key)).CopyTo(numbers);
        });
        var entry = new FeatureManifestEntry(
            name, Path.GetFileName(path), result.Items, dimensions, "float32", identity.Name, identity.Version,
            Convert.ToHexStringLower(content.GetHashAndReset()), checksum, [.. result.Failures.Select(failure => failure.Item)]);
        using (ManifestLock.Take(directory)) ManifestOf(directory, itemIds).With(entry).Write(directory);
        return entry;

        byte[] Find(ContentKey key) => cache.Find(key)
            ?? throw new InvalidInputException("The cache lost results while they were written; give the same command again, which encodes what is missing.");
    }

    /// <summary>The folder's manifest, which may describe other modalities of the same items, or a new one.</summary>
    /// <exception cref="InvalidInputException">It describes other items.</exception>
    public static FeatureManifest ManifestOf(string directory, IReadOnlyCollection<string> itemIds)
    {
        var fresh = FeatureManifest.For(itemIds);
        if (FeatureManifest.ReadIfPresent(directory) is not { } present) return fresh;
        if (present.Items == fresh.Items && present.ItemIds == fresh.ItemIds) return present;
        throw new InvalidInputException(
            $"'{Path.Combine(directory, FeatureManifest.FileName)}' describes features of other items than '{EventLog.ItemTableName}' lists; "
            + "expected the same in the same order, so delete it with its feature files, or give the folder they belong to.");
    }

    private static InvalidInputException NoneOf(EncodingResult result, string name)
    {
        string why = result.Failures.Count == 0 ? "there are no items" : $"item '{result.Failures[0].Id}': {result.Failures[0].Reason.TrimEnd('.')}";
        return new InvalidInputException($"None of the {result.Items} items has anything to encode as '{name}' ({why}); choose other fields or another source.");
    }
}
