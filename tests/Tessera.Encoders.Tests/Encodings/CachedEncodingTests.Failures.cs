using System.Collections.Concurrent;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Endpoints;
using Tessera.Encoders.Tests.Endpoints;

namespace Tessera.Encoders.Tests.Encodings;

/// <summary>What a server does wrong, for some items or for all.</summary>
public sealed partial class CachedEncodingTests
{
    [Fact]
    public async Task A_refused_batch_is_split_to_find_the_guilty_item_alone()
    {
        ItemTable table = _folder.Texts(64);
        _server.Otherwise = request => request.Texts.Contains("text 37") ? FakeAnswer.Error(400, "maximum context length exceeded") : null;
        EncodedModality made = await EncodeAsync(table, options: new EncodingOptions { BatchSize = 64 });
        (string item, string reason) = Assert.Single(_folder.Failures("text"));
        Assert.Equal("a37", item);
        Assert.Contains("maximum context length exceeded", reason, StringComparison.Ordinal);
        Assert.Equal([37], made.Entry.Missing);
        Assert.Equal(13, _server.Requests.Count);
        Assert.All(Accepted(), text => Assert.Equal(1, Accepted().Count(other => other == text)));
        Assert.Equal(63, Accepted().Length);
        float[][] rows = _folder.Rows("text", table);
        for (int i = 0; i < 64; i++) Assert.Equal(i == 37 ? new float[8] : FakeServer.VectorOf($"text {i}"), rows[i]);

        string[] Accepted() => [.. _server.Requests.Where(request => !request.Texts.Contains("text 37")).SelectMany(request => request.Texts)];
    }

    [Fact]
    public async Task An_item_that_breaks_the_server_is_found_too()
    {
        ItemTable table = _folder.Texts(8);
        _server.Otherwise = request => request.Texts.Contains("text 3") ? FakeAnswer.Error(500, "input is too large to process") : null;
        await EncodeAsync(table, options: new EncodingOptions { BatchSize = 8 });
        (string item, string reason) = Assert.Single(_folder.Failures("text"));
        Assert.Equal("a3", item);
        Assert.Contains("answered 500 (input is too large to process)", reason, StringComparison.Ordinal);
    }

    public static TheoryData<string, FakeAnswer> Silences => new()
    {
        { "answered 502 (the backend is gone)", FakeAnswer.Error(502, "the backend is gone") },
        { "answered 504 (upstream timed out)", FakeAnswer.Error(504, "upstream timed out") },
        { "cannot be reached or broke the connection off", new FakeAnswer(200, """{"data":[]}""") { CutAfter = 5 } },
        { "gave no whole answer within 3 s", new FakeAnswer(200, "{}") { After = Task.Delay(Timeout.Infinite) } },
    };

    [Theory]
    [MemberData(nameof(Silences))]
    public async Task An_item_that_silences_a_server_which_works_is_found_and_listed(string reason, FakeAnswer answer)
    {
        ItemTable table = _folder.Texts(40);
        _server.Otherwise = request => request.Texts.Contains("text 3") ? answer : null;
        EncodedModality made = await EncodeAsync(
            table, options: new EncodingOptions { BatchSize = 8 }, server: _server.Options(Key) with { Attempts = 2, Timeout = TimeSpan.FromSeconds(3) });
        (string item, string told) = Assert.Single(_folder.Failures("text"));
        Assert.Equal("a3", item);
        Assert.Contains(reason, told, StringComparison.Ordinal);
        Assert.EndsWith("(2 attempts)", told, StringComparison.Ordinal);
        Assert.Equal([3], made.Entry.Missing);
        Assert.Equal((39, 0), (made.Result.Encoded, made.Result.Cached));
        Assert.Equal(4, _server.Requests.Count(request => request.Texts.Contains("text 3")));
        Assert.Equal(2, _server.Texts.Count(text => text == "sample"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    public async Task A_server_that_falls_silent_ends_the_run_soon_and_what_it_gave_is_kept(int batchSize)
    {
        int answered = 0;
        _server.Otherwise = _ => Interlocked.Increment(ref answered) > 5 ? FakeAnswer.Error(504, "upstream timed out") : null;
        ItemTable table = _folder.Texts(1000);
        var options = new EncodingOptions { BatchSize = batchSize, ConcurrentRequests = 4 };
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => EncodeAsync(table, options: options));
        Assert.Contains("answered 504 (upstream timed out); try again later", e.Message, StringComparison.Ordinal);
        Assert.InRange(_server.Requests.Count, 5 + 6 + 6, 5 + (4 * (6 + 6)));
        Assert.False(File.Exists(FeatureFolder.PathOf(_folder.Path, "text")));
        _server.Otherwise = _ => null;
        EncodedModality made = await EncodeAsync(table, options: options);
        Assert.Equal((1000 - (5 * batchSize), 5 * batchSize), (made.Result.Encoded, made.Result.Cached));
    }

    [Fact]
    public async Task Many_bad_items_in_a_row_do_not_stop_a_server_that_takes_a_sample()
    {
        ItemTable table = _folder.Texts(40);
        _server.Otherwise = request => request.Texts.Any(text => text.StartsWith("text 1", StringComparison.Ordinal)) ? FakeAnswer.Error(400, "no") : null;
        EncodedModality made = await EncodeAsync(table);
        Assert.Equal(11, made.Result.Failures.Count);
        Assert.Equal(29, made.Result.Encoded);
    }

    [Theory]
    [InlineData(400, "no such parameter")]
    [InlineData(500, "out of memory")]
    public async Task A_server_that_fails_for_everything_ends_the_run(int status, string message)
    {
        _server.Otherwise = _ => FakeAnswer.Error(status, message);
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => EncodeAsync(_folder.Texts(1000)));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.EndsWith("it failed for several items in a row and for a sample", e.Message, StringComparison.Ordinal);
        Assert.InRange(_server.Requests.Count, 1, 120);
        Assert.False(File.Exists(FeatureFolder.PathOf(_folder.Path, "text")));
    }

    [Theory]
    [InlineData(401, "the key has expired", "check that the API key")]
    [InlineData(404, "no such model", "check that it has the model 'fake-model'")]
    [InlineData(503, "down for maintenance", "try again later")]
    public async Task A_run_that_ends_early_keeps_what_it_has_and_the_next_continues(int status, string message, string remedy)
    {
        int asked = 0;
        var first = new ConcurrentBag<string>();
        _server.Otherwise = request =>
        {
            if (Interlocked.Increment(ref asked) > 5) return FakeAnswer.Error(status, message);
            foreach (string text in request.Texts) first.Add(text);
            return null;
        };
        ItemTable table = _folder.Texts(100);
        var options = new EncodingOptions { BatchSize = 10, ConcurrentRequests = 2 };
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => EncodeAsync(table, options: options));
        Assert.Contains($"({message}); {remedy}", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(FeatureFolder.PathOf(_folder.Path, "text")));
        Assert.Equal(50, first.Count);
        _server.Requests.Clear();

        _server.Otherwise = _ => null;
        EncodedModality made = await EncodeAsync(table, options: options);
        Assert.Equal((50, 50), (made.Result.Encoded, made.Result.Cached));
        Assert.Empty(first.Intersect(_server.Texts));
        Assert.Equal([.. Enumerable.Range(0, 100).Select(i => FakeServer.VectorOf($"text {i}"))], _folder.Rows("text", table));
    }

    [Fact]
    public async Task A_canceled_run_keeps_what_it_has_and_the_next_continues()
    {
        using var source = new CancellationTokenSource();
        int answered = 0;
        _server.Otherwise = request =>
        {
            if (Interlocked.Increment(ref answered) == 4) source.Cancel();
            return null;
        };
        ItemTable table = _folder.Texts(100);
        var options = new EncodingOptions { BatchSize = 10, ConcurrentRequests = 1 };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EncodeAsync(table, options: options, cancellationToken: source.Token));
        Assert.False(File.Exists(FeatureFolder.PathOf(_folder.Path, "text")));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp"));
        _server.Requests.Clear();
        EncodedModality made = await EncodeAsync(table, options: options);
        Assert.InRange(made.Result.Cached, 30, 40);
        Assert.Equal(100 - made.Result.Cached, _server.Texts.Length);
        Assert.Equal([.. Enumerable.Range(0, 100).Select(i => FakeServer.VectorOf($"text {i}"))], _folder.Rows("text", table));
    }

    [Fact]
    public async Task A_model_that_changes_its_length_ends_the_run()
    {
        ItemTable table = _folder.Texts(3);
        await EncodeAsync(table);
        table = _folder.Texts(5);
        _server.Otherwise = request => FakeServer.Embeddings(request, text => FakeServer.VectorOf(text, 6));
        File.Delete(_folder.File("modalities.json"));
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => EncodeAsync(table, replace: true));
        Assert.Contains("'fake-model' gave vectors of 6 and of 8 dimensions, now or in an earlier run", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vector_of_zeros_is_a_failure_and_not_a_row()
    {
        ItemTable table = _folder.Texts(3);
        _server.Otherwise = request => FakeServer.Embeddings(request, text => text == "text 1" ? new float[8] : FakeServer.VectorOf(text));
        EncodedModality made = await EncodeAsync(table);
        Assert.Equal([1], made.Entry.Missing);
        Assert.Equal([("a1", "the encoder finds nothing in it: its vector is all zeros")], _folder.Failures("text"));
    }

    [Fact]
    public async Task A_model_that_gives_zeros_for_everything_ends_the_run()
    {
        _server.Otherwise = request => FakeServer.Embeddings(request, _ => new float[8]);
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => EncodeAsync(_folder.Texts(1000)));
        Assert.Equal(
            "'fake-model' gives nothing that can be used (the encoder finds nothing in it: its vector is all zeros); it failed for several items in a row and for a sample",
            e.Message);
        Assert.InRange(_server.Requests.Count, 1, 20);
    }
}
