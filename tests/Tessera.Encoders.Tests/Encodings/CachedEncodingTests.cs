using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Endpoints;
using Tessera.Encoders.Tests.Endpoints;

namespace Tessera.Encoders.Tests.Encodings;

public sealed partial class CachedEncodingTests : IDisposable
{
    private const string Key = "sk-never-to-be-seen-0123456789";
    private readonly FakeServer _server = new();
    private readonly Folder _folder = new();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Texts_become_a_modality_that_the_manifest_describes()
    {
        ItemTable table = _folder.Items(("a", "one", null), ("b", "two", null), ("c", null, null), ("d", "one", null));
        EncodedModality made = await EncodeAsync(table);
        float[][] rows = _folder.Rows("text", table);
        Assert.Equal([FakeServer.VectorOf("one"), FakeServer.VectorOf("two"), new float[8], FakeServer.VectorOf("one")], rows);
        Assert.Equal(["one", "two"], _server.Texts.Order());
        Assert.Equal(("endpoint", "fake-model", 4, 8), (made.Entry.Encoder, made.Entry.Version, made.Entry.Rows, made.Entry.Dimensions));
        Assert.Equal([2], made.Entry.Missing);
        Assert.Equal([("c", "it has no text")], _folder.Failures("text"));
        Assert.Equal((2, 1), (made.Result.Encoded, made.Result.Cached));
    }

    [Fact]
    public async Task A_second_run_asks_the_server_nothing_and_writes_the_same_bytes()
    {
        ItemTable table = _folder.Texts(40);
        await EncodeAsync(table);
        byte[] before = File.ReadAllBytes(FeatureFolder.PathOf(_folder.Path, "text"));
        int requests = _server.Requests.Count;
        EncodedModality made = await EncodeAsync(table, replace: true);
        Assert.Equal(requests, _server.Requests.Count);
        Assert.Equal((0, 40), (made.Result.Encoded, made.Result.Cached));
        Assert.Equal(before, File.ReadAllBytes(FeatureFolder.PathOf(_folder.Path, "text")));
    }

    [Fact]
    public async Task A_changed_item_alone_is_encoded_again()
    {
        (string, string?, string?)[] items = [.. Enumerable.Range(0, 20).Select(i => ($"a{i}", (string?)$"text {i}", (string?)null))];
        string before = (await EncodeAsync(_folder.Items(items))).Entry.Content;
        _server.Requests.Clear();
        items[7] = ("a7", "something else", null);
        ItemTable table = _folder.Items(items);
        EncodedModality made = await EncodeAsync(table, replace: true);
        Assert.Equal(["something else"], _server.Texts);
        Assert.Equal(FakeServer.VectorOf("something else"), _folder.Rows("text", table)[7]);
        Assert.NotEqual(before, made.Entry.Content);
    }

    [Fact]
    public async Task Another_model_or_length_or_instruction_is_another_result()
    {
        ItemTable table = _folder.Items(("a", "one", null));
        await EncodeAsync(table);
        await EncodeAsync(table, replace: true, identity: new EncoderIdentity("endpoint", "other-model"));
        await EncodeAsync(table, replace: true, identity: new EncoderIdentity("endpoint", "fake-model", "8"));
        await EncodeAsync(table, replace: true, instruction: "Represent the product");
        Assert.Equal(["one", "one", "one", "Instruct: Represent the product\nQuery: one"], _server.Texts);
    }

    [Fact]
    public async Task What_another_process_stored_in_the_meantime_is_not_sent()
    {
        ItemTable table = _folder.Texts(8);
        var identity = new EncoderIdentity("endpoint", "fake-model");
        using var other = EncodingCache.Open(_folder.CachePath);
        using var cache = EncodingCache.Open(_folder.CachePath);
        using var encoder = new EndpointEncoder(_server.Options());
        EncodedModality made = await CachedEncoding.EncodeAsync(
            new ModalityWriter(table, "text", replace: false), new EmbeddingEncoder<string>(identity, encoder, text => text, "sample"), Contents(), cache,
            new EncodingOptions { BatchSize = 4, ConcurrentRequests = 1 }, null, CancellationToken.None);
        Assert.Equal(["text 0", "text 2", "text 3", "text 7"], _server.Texts);
        Assert.Equal((4, 4), (made.Result.Encoded, made.Result.Cached));
        Assert.Equal([.. Enumerable.Range(0, 8).Select(i => FakeServer.VectorOf($"text {i}"))], _folder.Rows("text", table));

        IEnumerable<ItemContent<string>> Contents()
        {
            foreach ((int i, ItemContent<string> content) in ItemTexts.OfFields(table).Index())
            {
                yield return content;
                if (i is 1 or > 3) Store(content);
            }
        }

        void Store(ItemContent<string> content) => other.Store(
            [(identity.KeyOf(content.Bytes.Span), MemoryMarshal.AsBytes<float>(FakeServer.VectorOf(content.Content!)).ToArray())]);
    }

    [Fact]
    public async Task Batches_and_calls_at_the_same_time_stay_within_their_limits()
    {
        int now = 0, most = 0;
        _server.Otherwise = request =>
        {
            int running = Interlocked.Increment(ref now);
            InterlockedMax(ref most, running);
            FakeAnswer answer = FakeServer.Embeddings(request);
            return answer with { After = Task.Delay(20).ContinueWith(_ => Interlocked.Decrement(ref now), TaskScheduler.Default) };
        };
        ItemTable table = _folder.Texts(100);
        await EncodeAsync(table, options: new EncodingOptions { BatchSize = 7, ConcurrentRequests = 3 });
        Assert.All(_server.Requests, request => Assert.InRange(request.Texts.Length, 1, 7));
        Assert.Equal(15, _server.Requests.Count);
        Assert.InRange(most, 1, 3);
        Assert.Equal(100, _server.Texts.Distinct().Count());
    }

    [Fact]
    public async Task A_long_text_takes_no_others_along()
    {
        string large = new('x', 1 << 20);
        ItemTable table = _folder.Items(("a", "one", null), ("b", large, null), ("c", "three", null), ("d", "four", null));
        await EncodeAsync(table);
        Assert.Equal([2, 2], _server.Requests.Select(request => request.Texts.Length).Order());
        Assert.Equal(FakeServer.VectorOf(large), _folder.Rows("text", table)[1]);
    }

    [Fact]
    public async Task Damaged_results_are_encoded_again()
    {
        ItemTable table = _folder.Texts(5);
        await EncodeAsync(table);
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_folder.CachePath};Pooling=False"))
        {
            connection.Open();
            using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
            command.CommandText = "UPDATE results SET checksum = checksum + 1 WHERE rowid = 2";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        _server.Requests.Clear();
        EncodedModality made = await EncodeAsync(table, replace: true);
        Assert.Single(_server.Texts);
        Assert.Equal((1, 4), (made.Result.Encoded, made.Result.Cached));
        Assert.Equal([.. Enumerable.Range(0, 5).Select(i => FakeServer.VectorOf($"text {i}"))], _folder.Rows("text", table));
    }

    [Fact]
    public async Task The_key_is_in_no_file_and_no_message()
    {
        ItemTable table = _folder.Texts(30);
        _server.Otherwise = request => request.Texts.Contains("text 3")
            ? FakeAnswer.Error(400, $"rejected request with header Authorization: Bearer {Key}")
            : request.Texts.Contains("text 29") ? FakeAnswer.Error(401, $"Incorrect API key provided: {Key}") : null;
        var options = new EncodingOptions { BatchSize = 1, ConcurrentRequests = 1 };
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => EncodeAsync(table, options: options));
        Assert.DoesNotContain(Key, e.ToString(), StringComparison.Ordinal);
        _server.Otherwise = request => request.Texts.Contains("text 3") ? FakeAnswer.Error(400, $"rejected request with header Authorization: Bearer {Key}") : null;
        await EncodeAsync(table, options: options);
        Assert.Contains("Bearer [hidden]", Assert.Single(_folder.Failures("text")).Reason, StringComparison.Ordinal);
        Assert.All(_server.Requests, request => Assert.Equal($"Bearer {Key}", request.Authorization));
        Assert.True(_folder.AnyFileHolds("fake-model"u8));
        Assert.False(_folder.AnyFileHolds(System.Text.Encoding.UTF8.GetBytes(Key)));
    }

    [Fact]
    public async Task Progress_ends_with_every_item_done()
    {
        var seen = new ConcurrentQueue<EncodingProgress>();
        (string, string?, string?)[] items = [("a", "one", null), ("b", null, null), ("c", "one", null), ("d", "two", null)];
        await EncodeAsync(_folder.Items(items), progress: new Listener(seen));
        EncodingProgress last = seen.Last();
        Assert.Equal((4, 4, 1, 0, 1), (last.Items, last.Done, last.Cached, last.Failed, last.Empty));
        Assert.Equal(TimeSpan.Zero, last.Remaining);
        Assert.Equal(new EncodingProgress(100, 45, 20, 5, TimeSpan.FromSeconds(10)).Remaining, TimeSpan.FromSeconds(27.5));
        Assert.Null(new EncodingProgress(100, 20, 20, 0, TimeSpan.FromSeconds(10)).Remaining);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(1)]
    public async Task Every_item_counts_once_whatever_came_of_its_content(int batchSize)
    {
        ItemTable table = _folder.Items(("a", "bad", null), ("b", "bad", null), ("c", "one", null), ("d", "bad", null), ("e", "one", null), ("f", null, null));
        var seen = new ConcurrentQueue<EncodingProgress>();
        _server.Otherwise = request => request.Texts.Contains("bad") ? FakeAnswer.Error(400, "no") : null;
        EncodedModality made = await EncodeAsync(
            table, options: new EncodingOptions { BatchSize = batchSize, ConcurrentRequests = 1 }, progress: new Listener(seen));
        Assert.Equal((1, 1, 4), (made.Result.Encoded, made.Result.Cached, made.Result.Failures.Count));
        EncodingProgress last = seen.Last();
        Assert.Equal((6, 1, 3, 1), (last.Done, last.Cached, last.Failed, last.Empty));
    }

    [Fact]
    public async Task Where_no_item_has_anything_no_modality_is_written()
    {
        ItemTable table = _folder.Items(("a", null, null), ("b", " \n", null));
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => EncodeAsync(table));
        Assert.Contains("None of the 2 items has anything to encode as 'text' (item 'a': it has no text)", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(FeatureFolder.PathOf(_folder.Path, "text")));
        Assert.False(File.Exists(_folder.File("modalities.json")));
    }

    [Fact]
    public async Task A_full_disk_leaves_the_old_modality()
    {
        ItemTable table = _folder.Texts(3);
        await EncodeAsync(table);
        string path = FeatureFolder.PathOf(_folder.Path, "text");
        byte[] before = File.ReadAllBytes(path);
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no device here that is always full.");
        File.CreateSymbolicLink(path + ".tmp", "/dev/full");
        StorageException e = await Assert.ThrowsAsync<StorageException>(() => EncodeAsync(table, replace: true));
        Assert.Contains($"'{path}' cannot be written", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
        _folder.Rows("text", table);
    }

    [Fact]
    public async Task A_modality_is_replaced_only_when_asked()
    {
        ItemTable table = _folder.Texts(3);
        await EncodeAsync(table);
        string manifest = _folder.File("modalities.json"), described = File.ReadAllText(manifest);
        File.Delete(manifest);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => new ModalityWriter(table, "text", replace: false));
        Assert.Contains("exists already and is not described in modalities.json; give --replace", e.Message, StringComparison.Ordinal);
        File.WriteAllText(manifest, described);
        e = Assert.Throws<InvalidInputException>(() => new ModalityWriter(table, "../text", replace: false));
        Assert.Contains("'../text' cannot name a modality", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<InvalidInputException>(() => new ModalityWriter(_folder.Texts(4), "audio", replace: false));
        Assert.Contains("describes features of other items", e.Message, StringComparison.Ordinal);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen = Volatile.Read(ref most);
        while (seen < value && Interlocked.CompareExchange(ref most, value, seen) is var now && now != seen) seen = now;
    }

    private async Task<EncodedModality> EncodeAsync(
        ItemTable table, bool replace = false, EncoderIdentity? identity = null, string? instruction = null, EncodingOptions? options = null,
        IProgress<EncodingProgress>? progress = null, EndpointOptions? server = null, CancellationToken cancellationToken = default)
    {
        using var encoder = new EndpointEncoder(server ?? _server.Options(Key));
        using var cache = EncodingCache.Open(_folder.CachePath);
        var content = new EmbeddingEncoder<string>(identity ?? new EncoderIdentity("endpoint", "fake-model"), encoder, text => text, "sample");
        return await CachedEncoding.EncodeAsync(
            new ModalityWriter(table, "text", replace), content, ItemTexts.OfFields(table, instruction: instruction), cache,
            options ?? new EncodingOptions(), progress, cancellationToken);
    }

    private sealed class Listener(ConcurrentQueue<EncodingProgress> seen) : IProgress<EncodingProgress>
    {
        public void Report(EncodingProgress value) => seen.Enqueue(value);
    }
}
