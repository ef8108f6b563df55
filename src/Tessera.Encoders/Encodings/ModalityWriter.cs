using System.Security.Cryptography;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Encoders.Encodings;

/// <summary>Writes a modality into the folder of its items: <c>NAME_feat.npy</c>, its entry in the manifest, and the list of items without features.</summary>
internal sealed class ModalityWriter
{
    private readonly ItemTable _table;
    private readonly string _name;

    /// <summary>Looks whether the modality can be written; nothing is written yet.</summary>
    /// <param name="table">The items.</param>
    /// <param name="name">Name of the modality.</param>
    /// <param name="replace">Whether a modality of this name may be there already, to be written anew.</param>
    /// <exception cref="InvalidInputException">The name is no name for a file, the modality is there, or the folder's manifest describes other items.</exception>
    public ModalityWriter(ItemTable table, string name, bool replace)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new InvalidInputException($"'{name}' cannot name a modality; expected letters, digits, '-' and '_' only.");
        string path = FeatureFolder.PathOf(table.Directory, name);
        if (!replace && File.Exists(path))
            throw new InvalidInputException($"'{path}' exists already; give --replace to write it anew, or --modality with another name.");
        (_table, _name) = (table, name);
        Manifest();
    }

    /// <summary>Number of items.</summary>
    public int Items => _table.Ids.Count;

    /// <summary>
    /// Writes results one row at a time; items without a result are zeros and listed as missing. Where no item has a result, features that are
    /// there stay, with their list of failures.
    /// </summary>
    /// <param name="identity">Identity of the encoder.</param>
    /// <param name="result">Which items have a result.</param>
    /// <param name="dimensions">Length of a row.</param>
    /// <param name="fill">Fills the row of an item that has a result.</param>
    /// <exception cref="InvalidInputException">No item has a result, or a file cannot be written.</exception>
    public EncodedModality Write(EncoderIdentity identity, EncodingResult result, int dimensions, Action<int, Span<float>> fill)
    {
        string path = FeatureFolder.PathOf(_table.Directory, _name);
        bool none = result.Keys.All(key => key is null);
        if (!none || !File.Exists(path)) FailureList.Write(_table.Directory, _name, result.Failures);
        if (none) throw Nothing(result);
        using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ContentKey? key in result.Keys) content.AppendData(key?.ToArray() ?? new byte[ContentKey.Size]);
        string checksum = NpyWriter.Write(path, result.Items, dimensions, (row, numbers) =>
        {
            if (result.Keys[row] is not null) fill(row, numbers);
        });
        int[] missing = [.. result.Keys.Index().Where(key => key.Item is null).Select(key => key.Index)];
        var entry = new FeatureManifestEntry(
            _name, Path.GetFileName(path), result.Items, dimensions, "float32", identity.Name, identity.Version,
            Convert.ToHexStringLower(content.GetHashAndReset()), checksum, missing);
        using (ManifestLock.Take(_table.Directory)) Manifest().With(entry).Write(_table.Directory);
        return new EncodedModality(entry, result);
    }

    /// <summary>The folder's manifest, which may describe other modalities of the same items, or a new one.</summary>
    /// <exception cref="InvalidInputException">It describes other items.</exception>
    private FeatureManifest Manifest()
    {
        var fresh = FeatureManifest.For([.. _table.Ids]);
        if (FeatureManifest.ReadIfPresent(_table.Directory) is not { } present) return fresh;
        if (present.Items == fresh.Items && present.ItemIds == fresh.ItemIds) return present;
        throw new InvalidInputException(
            $"'{Path.Combine(_table.Directory, FeatureManifest.FileName)}' describes features of other items than '{EventLog.ItemTableName}' lists; "
            + "expected the same in the same order, so delete it with its feature files, or give the folder they belong to.");
    }

    private InvalidInputException Nothing(EncodingResult result)
    {
        string why = result.Failures.Count == 0 ? "there are no items" : $"item '{result.Failures[0].Id}': {result.Failures[0].Reason.TrimEnd('.')}";
        return new InvalidInputException($"None of the {result.Items} items has anything to encode as '{_name}' ({why}); choose other fields or another source.");
    }
}
