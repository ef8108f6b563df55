using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;

namespace Tessera.Encoders.Tests.Encodings;

public sealed class ModalityWriterTests : IDisposable
{
    private static readonly EncoderIdentity Identity = new("test", "1");
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Modalities_written_at_the_same_time_all_come_into_the_manifest()
    {
        ItemTable table = _folder.Items(("a", null, null), ("b", null, null));
        string[] names = [.. Enumerable.Range(0, 24).Select(i => $"m{i:00}")];
        Parallel.ForEach(names, new ParallelOptions { MaxDegreeOfParallelism = 8 }, name => Write(name, table));
        Assert.Equal(names, FeatureManifest.ReadIfPresent(_folder.Path)!.Modalities.Select(entry => entry.Name));
        FeatureFolder.Read(_folder.Path).CheckItems(table.Ids, "the items");
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.lock"));
    }

    [Fact]
    public void A_manifest_that_others_hold_for_long_is_named()
    {
        using IDisposable held = ManifestLock.Take(_folder.Path);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => ManifestLock.Take(_folder.Path, TimeSpan.FromSeconds(0.1)));
        Assert.StartsWith($"'{_folder.File("modalities.json.lock")}' could not be locked for 0.1 s (", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("so see what writes to this folder, then give the same command again.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_item_has_a_result_the_old_features_and_their_failures_stay()
    {
        ContentKey key = Identity.KeyOf([1]);
        ItemTable table = _folder.Items(("a", null, null), ("b", null, null));
        (string, string)[] failures = [("a", "first"), ("b", "second")];
        Write(new EncodingResult([key, null], failures[1..], 1, 0, 0));
        byte[] before = File.ReadAllBytes(FeatureFolder.PathOf(_folder.Path, "text"));
        var none = new EncodingResult([null, null], failures, 0, 0, 0);
        Assert.Throws<InvalidInputException>(() => Write(none));
        Assert.Equal([("b", "second")], _folder.Failures("text"));
        Assert.Equal(before, File.ReadAllBytes(FeatureFolder.PathOf(_folder.Path, "text")));
        File.Delete(FeatureFolder.PathOf(_folder.Path, "text"));
        Assert.Throws<InvalidInputException>(() => Write(none));
        Assert.Equal([("a", "first"), ("b", "second")], _folder.Failures("text"));

        void Write(EncodingResult result) =>
            new ModalityWriter(table, "text", replace: true).Write(Identity, result, 1, (_, numbers) => numbers[0] = 0.5f);
    }

    [Fact]
    public void Where_the_features_cannot_be_written_the_old_list_of_failures_stays_with_the_old_ones()
    {
        ContentKey key = Identity.KeyOf([1]);
        ItemTable table = _folder.Items(("a", null, null), ("b", null, null));
        Write(new EncodingResult([key, null], [("b", "second")], 1, 0, 0), (_, numbers) => numbers[0] = 0.5f);
        byte[] before = File.ReadAllBytes(FeatureFolder.PathOf(_folder.Path, "text"));
        var other = new EncodingResult([null, key], [("a", "first")], 1, 0, 0);
        Assert.Throws<InvalidInputException>(() => Write(other, (_, _) => throw new InvalidInputException("It is lost.")));
        Assert.Equal([("b", "second")], _folder.Failures("text"));
        Assert.Equal(before, File.ReadAllBytes(FeatureFolder.PathOf(_folder.Path, "text")));

        void Write(EncodingResult result, Action<int, Span<float>> fill) => new ModalityWriter(table, "text", replace: true).Write(Identity, result, 1, fill);
    }

    [Fact]
    public void A_list_of_failures_that_cannot_be_deleted_is_named()
    {
        string path = FailureList.PathOf(_folder.Path, "text");
        Directory.CreateDirectory(path);
        StorageException e = Assert.Throws<StorageException>(() => FailureList.Write(_folder.Path, "text", []));
        Assert.StartsWith($"File '{path}'", e.Message, StringComparison.Ordinal);
    }

    private static void Write(string name, ItemTable table)
    {
        ContentKey key = Identity.KeyOf([1]);
        new ModalityWriter(table, name, replace: false).Write(Identity, new EncodingResult([key, key], [], 1, 1, 0), 1, (_, numbers) => numbers[0] = 0.5f);
    }
}
