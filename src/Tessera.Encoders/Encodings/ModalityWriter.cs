using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Encoders.Encodings;

/// <summary>Writes a modality into the folder of its items: <c>NAME_feat.npy</c>, its entry in the manifest, the encoder where one was fitted, and the list of items without features.</summary>
internal sealed class ModalityWriter
{
    private readonly ItemTable _table;
    private readonly string _name;

    /// <summary>Looks whether the modality can be written; nothing is written yet.</summary>
    /// <param name="table">The items.</param>
    /// <param name="name">Name of the modality.</param>
    /// <param name="replace">Whether features that the manifest does not describe may be there already, to be written anew.</param>
    /// <exception cref="InvalidInputException">The name is no name for a file, such features are there, or the folder's manifest describes other items.</exception>
    public ModalityWriter(ItemTable table, string name, bool replace)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new InvalidInputException($"'{name}' cannot name a modality; expected letters, digits, '-' and '_' only.");
        (_table, _name) = (table, name);
        FeatureManifestEntry? entry = Entry();
        if (entry is null && !replace && File.Exists(FilePath))
        {
            throw new InvalidInputException(
                $"'{FilePath}' exists already and is not described in {FeatureManifest.FileName}; give --replace to write it anew, or --modality with another name.");
        }
    }

    /// <summary>Number of items.</summary>
    public int Items => _table.Ids.Count;

    /// <summary>The items' text fields that are encoded, for the manifest; none for a file of texts, null for images.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    /// <summary>Whether no item need have a result; where none has, nothing is written.</summary>
    public bool MayBeNone { get; init; }

    /// <summary>Writes the encoder that was fitted to the items to a file, for later items; null where none was.</summary>
    public Action<string>? SaveEncoder { get; set; }

    /// <summary>The feature file.</summary>
    public string FilePath => FeatureFolder.PathOf(_table.Directory, _name);

    /// <summary>What the manifest says of features that are there as they were written; null where there are none, or other ones.</summary>
    public FeatureManifestEntry? Finished() => Entry() is { } entry && File.Exists(FilePath) && Checksums.Of(FilePath) == entry.Sha256 ? entry : null;

    /// <summary>Keeps other processes from writing the modality until the lock is disposed of.</summary>
    /// <exception cref="InvalidInputException">Another process is encoding it.</exception>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public IDisposable Lock() => StorageException.Guard($"Folder '{_table.Directory}'", () =>
    {
        string path = Path.Combine(_table.Directory, _name + AtomicFolder.LockSuffix);
        return TemporaryFile.TryLock(path)
            ?? throw new InvalidInputException($"'{_name}' in '{_table.Directory}' is being encoded by another process; wait until it ends.");
    });

    /// <summary>
    /// Writes results one row at a time; items without a result are zeros and listed as missing. Where no item has a result, features that are
    /// there stay, with their list of failures.
    /// </summary>
    /// <param name="identity">Identity of the encoder.</param>
    /// <param name="result">Which items have a result.</param>
    /// <param name="dimensions">Length of a row.</param>
    /// <param name="fill">Fills the row of an item that has a result.</param>
    /// <exception cref="InvalidInputException">No item has a result and one must, or a file cannot be written.</exception>
    public EncodedModality Write(EncoderIdentity identity, EncodingResult result, int dimensions, Action<int, Span<float>> fill)
    {
        bool none = result.Keys.All(key => key is null);
        if (none && !File.Exists(FilePath)) FailureList.Write(_table.Directory, _name, result.Failures);
        if (none && !MayBeNone) throw Nothing(result);
        int[] missing = [.. result.Keys.Index().Where(key => key.Item is null).Select(key => key.Index)];
        var entry = new FeatureManifestEntry(
            _name, Path.GetFileName(FilePath), result.Items, dimensions, "float32", identity.Name, identity.Version,
            ContentKey.HashOf(result.Contents), Sha256: "", missing)
        {
            Fields = Fields,
            Space = identity.Space,
        };
        if (none) return new EncodedModality(entry, result);
        NpyWriter.Write(
            FilePath,
            result.Items,
            dimensions,
            (row, numbers) =>
            {
                if (result.Keys[row] is not null) fill(row, numbers);
            },
            Describe);
        return new EncodedModality(entry, result);

        // List, manifest and encoder come before the file, once its numbers are written: where the process ends in between, nothing is there that nobody
        // describes, and the next one makes it again. An encoder that is there is passed by until the manifest describes features that it made.
        void Describe(string checksum)
        {
            entry = entry with { Sha256 = checksum };
            FailureList.Write(_table.Directory, _name, result.Failures);
            string encoder = EncoderFile.PathOf(_table.Directory, _name);
            SaveEncoder?.Invoke(encoder);
            using (ManifestLock.Take(_table.Directory)) Manifest().With(entry).Write(_table.Directory);
            if (SaveEncoder is null) EncoderFile.Delete(encoder);
        }
    }

    private FeatureManifestEntry? Entry() => Manifest().Modalities.FirstOrDefault(entry => entry.Name == _name);

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
        return new InvalidInputException($"None of the {SourceText.Counted(result.Items, "item")} has anything to encode as '{_name}' ({why}); restore what is missing, or choose other fields or another source.");
    }
}
