using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Tests.Endpoints;

public sealed class EndpointEncoderTests : IDisposable
{
    private const string Key = "sk-Secret+Key/0123456789==";
    private readonly FakeServer _server = new();
    private readonly InstantClock _clock = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Texts_come_back_as_their_vectors_in_order()
    {
        using EndpointEncoder encoder = Encoder();
        float[][] vectors = await encoder.EncodeAsync(["one", "two", "drei €"]);
        Assert.Equal(3, vectors.Length);
        foreach ((string text, float[] vector) in new[] { "one", "two", "drei €" }.Zip(vectors))
            Assert.Equal(FakeServer.VectorOf(text), vector);
        FakeRequest request = Assert.Single(_server.Requests);
        Assert.Equal("/v1/embeddings", request.Path);
        Assert.Equal($"Bearer {Key}", request.Authorization);
        Assert.Equal("fake-model", (string?)request.Body["model"]);
        Assert.Null(request.Body["dimensions"]);
    }

    [Fact]
    public async Task Vectors_are_put_in_order_by_their_index_and_may_be_plain_numbers()
    {
        _server.Next(new FakeAnswer(200, """{"data":[{"index":1,"embedding":[3,4.5]},{"index":0,"embedding":[1,2]}]}"""));
        using EndpointEncoder encoder = Encoder();
        float[][] vectors = await encoder.EncodeAsync(["a", "b"]);
        Assert.Equal([1f, 2f], vectors[0]);
        Assert.Equal([3f, 4.5f], vectors[1]);
    }

    [Fact]
    public async Task A_number_of_dimensions_is_asked_for_and_insisted_on()
    {
        using var encoder = new EndpointEncoder(_server.Options(Key, _clock), dimensions: 4);
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => encoder.EncodeAsync(["a"]));
        Assert.Equal(EndpointFault.Service, e.Fault);
        Assert.Contains("gave a vector of 8 dimensions where 4 were expected", e.Message, StringComparison.Ordinal);
        Assert.Equal(4, (int?)Assert.Single(_server.Requests).Body["dimensions"]);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(500)]
    public async Task An_answer_without_an_end_is_refused_at_its_bound(int status)
    {
        _server.Next(new FakeAnswer(status, new string(' ', 1 << 20)) { Endless = true });
        using EndpointEncoder encoder = Encoder();
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => encoder.EncodeAsync(["a"]));
        Assert.Equal(EndpointFault.Service, e.Fault);
        Assert.EndsWith(
            "gave an answer of more than 64 MB; expected vectors or a description, so see whether model 'fake-model' and the address serve this purpose",
            e.Message, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    public static TheoryData<string, FakeAnswer> Passing => new()
    {
        { "too many requests", FakeAnswer.Error(429, "slow down") },
        { "server error", FakeAnswer.Error(500, "oops") },
        { "bad gateway", new FakeAnswer(502, "<html>bad gateway</html>") },
        { "overloaded", new FakeAnswer(503, "") },
        { "gateway time-out", new FakeAnswer(504, "later") },
        { "cut mid-body", new FakeAnswer(200, """{"data":[{"index":0,"embedding":[1,2,3,4,5,6,7,8]}]}""") { CutAfter = 30 } },
        { "cut before the body", new FakeAnswer(200, """{"data":[]}""") { CutAfter = 0 } },
        { "non-JSON", new FakeAnswer(200, "<html>Welcome to the wireless network!</html>") },
        { "empty", new FakeAnswer(200, "") },
        { "other JSON", new FakeAnswer(200, """{"status":"ok"}""") },
        { "JSON of no kind", new FakeAnswer(200, "[1,2]") },
        { "an error with status 200", FakeAnswer.Error(200, "model is loading") },
        { "too few", new FakeAnswer(200, """{"data":[]}""") },
        { "too many", new FakeAnswer(200, """{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1]}]}""") },
        { "wrong index", new FakeAnswer(200, """{"data":[{"index":7,"embedding":[1]}]}""") },
        { "empty vector", new FakeAnswer(200, """{"data":[{"index":0,"embedding":[]}]}""") },
        { "text for a vector", new FakeAnswer(200, """{"data":[{"index":0,"embedding":"what?"}]}""") },
        { "null for a number", new FakeAnswer(200, """{"data":[{"index":0,"embedding":[1,null]}]}""") },
        { "the word NaN", new FakeAnswer(200, """{"data":[{"index":0,"embedding":[1,NaN]}]}""") },
        { "NaN", new FakeAnswer(200, """{"data":[{"index":0,"embedding":"AADAfwAAgD8="}]}""") },
        { "beyond float32", new FakeAnswer(200, """{"data":[{"index":0,"embedding":[1e300]}]}""") },
    };

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task What_passes_is_waited_out_and_nothing_is_lost(string what, FakeAnswer answer)
    {
        _server.Next(answer, answer);
        using EndpointEncoder encoder = Encoder();
        float[][] vectors = await encoder.EncodeAsync(["a"]);
        Assert.Equal(FakeServer.VectorOf("a"), vectors[0]);
        Assert.True(_server.Requests.Count == 3, what);
        Assert.Equal(2, _clock.Waits.Count);
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task What_does_not_pass_ends_in_one_sentence_after_six_attempts(string what, FakeAnswer answer)
    {
        _server.Otherwise = _ => answer;
        using EndpointEncoder encoder = Encoder();
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => encoder.EncodeAsync(["a"]));
        Assert.True(_server.Requests.Count == 6, what);
        Assert.StartsWith($"The server at '{_server.Address}' ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("(6 attempts)", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
        Assert.Null(e.InnerException);
    }

    [Fact]
    public async Task Waits_grow_and_stay_under_a_minute()
    {
        _server.Otherwise = _ => new FakeAnswer(503, "");
        using var encoder = new EndpointEncoder(_server.Options(null, _clock) with { Attempts = 12 });
        await Assert.ThrowsAsync<EndpointException>(() => encoder.EncodeAsync(["a"]));
        double[] waits = [.. _clock.Waits];
        Assert.Equal(11, waits.Length);
        Assert.InRange(waits[0], 0.1, 2);
        Assert.True(waits[4] > 4 * waits[0]);
        Assert.All(waits, wait => Assert.InRange(wait, 0.1, 60));
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Thu, 01 Jan 2026 00:01:30 GMT", 90)]
    [InlineData("0", 1.5)]
    [InlineData("Wed, 31 Dec 2025 23:59:00 GMT", 1.5)]
    public async Task Retry_after_is_honored_where_it_is_longer_than_the_usual_wait(string header, double seconds)
    {
        _server.Next(FakeAnswer.Error(429, "slow down", header));
        using EndpointEncoder encoder = Encoder();
        await encoder.EncodeAsync(["a"]);
        Assert.Equal(2, _server.Requests.Count);
        Assert.Equal([seconds], _clock.Waits);
    }

    [Fact]
    public async Task A_server_that_always_says_at_once_is_waited_for_all_the_same()
    {
        _server.Otherwise = _ => FakeAnswer.Error(429, "slow down", "0");
        using EndpointEncoder encoder = Encoder();
        await Assert.ThrowsAsync<EndpointException>(() => encoder.EncodeAsync(["a"]));
        Assert.Equal([1.5, 3, 6, 12, 24], _clock.Waits);
    }

    [Fact]
    public async Task Each_wait_is_told_without_the_key()
    {
        var told = new List<string>();
        _server.Next(FakeAnswer.Error(429, $"slow down, {Key}", "7"));
        using var encoder = new EndpointEncoder(_server.Options(Key, _clock) with { Waits = new Listener(told) });
        await encoder.EncodeAsync(["a"]);
        string sentence = Assert.Single(told);
        Assert.Contains("answered 429 (slow down, [hidden])", sentence, StringComparison.Ordinal);
        Assert.EndsWith("; next attempt in 7 s.", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_of_hours_is_not_waited()
    {
        _server.Otherwise = _ => FakeAnswer.Error(429, "quota used up", "86400");
        using EndpointEncoder encoder = Encoder();
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => encoder.EncodeAsync(["a"]));
        Assert.Equal(EndpointFault.Service, e.Fault);
        Assert.Single(_server.Requests);
        Assert.Contains("quota used up", e.Message, StringComparison.Ordinal);
        Assert.Contains("86,400 s", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("attempts", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, nameof(EndpointFault.Content), "(input is too long)")]
    [InlineData(413, nameof(EndpointFault.Content), "(input is too long)")]
    [InlineData(422, nameof(EndpointFault.Content), "(input is too long)")]
    [InlineData(401, nameof(EndpointFault.Service), "check that the API key is set, valid and not expired")]
    [InlineData(403, nameof(EndpointFault.Service), "check that the API key is set, valid and not expired")]
    [InlineData(404, nameof(EndpointFault.Service), "check that it has the model 'fake-model' and that the address is right, which mostly ends in /v1")]
    [InlineData(405, nameof(EndpointFault.Service), "check the address, which mostly ends in /v1")]
    public async Task What_no_repetition_mends_is_sent_once(int status, string fault, string remedy)
    {
        _server.Otherwise = _ => FakeAnswer.Error(status, "input is too long.");
        using EndpointEncoder encoder = Encoder();
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => encoder.EncodeAsync(["a"]));
        Assert.Equal(fault, e.Fault.ToString());
        Assert.Contains($"answered {status} (input is too long)", e.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, e.Message, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
        Assert.Empty(_clock.Waits);
    }

    [Fact]
    public async Task A_server_that_is_too_slow_is_asked_again()
    {
        var never = new TaskCompletionSource();
        _server.Next(new FakeAnswer(200, "{}") { After = never.Task });
        using var encoder = new EndpointEncoder(_server.Options(Key, _clock) with { Timeout = TimeSpan.FromSeconds(1) });
        float[][] vectors = await encoder.EncodeAsync(["a"]);
        Assert.Equal(FakeServer.VectorOf("a"), vectors[0]);
        Assert.InRange(_server.Requests.Count, 2, 6); // a machine that is busy may be too slow again
        never.SetResult();
    }

    [Fact]
    public async Task A_server_that_stays_too_slow_is_named()
    {
        var never = new TaskCompletionSource();
        _server.Otherwise = _ => new FakeAnswer(200, "{}") { After = never.Task };
        using var encoder = new EndpointEncoder(_server.Options(Key, _clock) with { Timeout = TimeSpan.FromMilliseconds(100), Attempts = 2 });
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => encoder.EncodeAsync(["a"]));
        Assert.Contains("gave no whole answer within 0.1 s", e.Message, StringComparison.Ordinal);
        Assert.Equal(EndpointFault.Silence, e.Fault);
        never.SetResult();
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_at_once()
    {
        EndpointOptions options = _server.Options(Key, _clock);
        _server.Dispose();
        foreach (Uri address in new[] { options.Address, new Uri("http://no-such-host.invalid/v1") })
        {
            using var encoder = new EndpointEncoder(options with { Address = address });
            EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => encoder.EncodeAsync(["a"]));
            Assert.Equal(EndpointFault.Service, e.Fault);
            Assert.Contains("cannot be reached", e.Message, StringComparison.Ordinal);
            Assert.Empty(_clock.Waits);
        }
    }

    [Fact]
    public async Task A_server_that_goes_away_is_waited_for()
    {
        using EndpointEncoder encoder = Encoder();
        await encoder.EncodeAsync(["a"]);
        _server.Dispose();
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => encoder.EncodeAsync(["b"]));
        Assert.Equal(EndpointFault.Silence, e.Fault);
        Assert.Contains("cannot be reached", e.Message, StringComparison.Ordinal);
        Assert.Equal(5, _clock.Waits.Count);
    }

    [Fact]
    public async Task A_cancellation_ends_the_request_and_is_no_failure()
    {
        using var source = new CancellationTokenSource();
        var never = new TaskCompletionSource();
        _server.Otherwise = _ =>
        {
            source.Cancel();
            return new FakeAnswer(200, "{}") { After = never.Task };
        };
        using EndpointEncoder encoder = Encoder();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => encoder.EncodeAsync(["a"], source.Token));
        Assert.Single(_server.Requests);
        never.SetResult();
    }

    [Theory]
    [InlineData(401, "Incorrect API key provided: {0}. You can find your API key at the usual place.")]
    [InlineData(500, "header was Authorization: Bearer {0}")]
    [InlineData(400, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{0}")]
    public async Task A_key_that_the_server_echoes_is_hidden(int status, string message)
    {
        _server.Otherwise = _ => FakeAnswer.Error(status, string.Format(System.Globalization.CultureInfo.InvariantCulture, message, Key));
        using EndpointEncoder encoder = Encoder();
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => encoder.EncodeAsync(["a"]));
        Assert.DoesNotContain(Key[..10], e.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("[hidden", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_shows_itself_nowhere()
    {
        var key = new ApiKey(Key);
        Assert.DoesNotContain(Key, $"{key} {_server.Options(Key)}", StringComparison.Ordinal);
        Assert.Equal("a [hidden] b [hidden] c [hidden]", key.Redact($"a {Key} b {Uri.EscapeDataString(Key)} c {Key.Replace("+", "\\u002B", StringComparison.Ordinal)}"));
    }

    private sealed class Listener(List<string> told) : IProgress<string>
    {
        public void Report(string value) => told.Add(value);
    }

    private EndpointEncoder Encoder() => new(_server.Options(Key, _clock));
}
