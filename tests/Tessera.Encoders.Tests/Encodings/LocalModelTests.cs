using Microsoft.Extensions.AI;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;

namespace Tessera.Encoders.Tests.Encodings;

/// <summary>Encoding by a model in this process, which is one that counts.</summary>
public sealed class LocalModelTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_encoded_before_an_interruption_is_not_encoded_again()
    {
        const int Items = 600; // more than two of the batches that models are given
        ItemTable table = _folder.Texts(Items);
        using var source = new CancellationTokenSource();
        using var interrupted = new Model { HoldsBackFrom = "title: text 300" };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EncodeAsync(table, interrupted, new StopAt(source, 1), source.Token));
        Assert.Equal(["cache", "items.jsonl"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());

        using var next = new Model();
        EncodedModality made = await EncodeAsync(table, next, null, CancellationToken.None);
        Assert.InRange(made.Result.Cached, 1, Items - 1);
        Assert.Equal(Items, made.Result.Encoded + made.Result.Cached);
        Assert.DoesNotContain("title: text 0", next.Seen);
        Assert.Contains("title: text 300", next.Seen);
        Assert.Equal([.. Enumerable.Range(0, Items).Select(number => new float[] { number, 1 })], _folder.Rows("text", table));
        Assert.Equal(["title"], made.Entry.Fields);
    }

    [Fact]
    public void Numbers_out_of_their_ranges_are_refused()
    {
        ItemTable table = _folder.Texts(3);
        EncodingOptions[] wrong = [new() { BatchSize = 0 }, new() { ConcurrentRequests = -1 }, new() { Threads = -1 }, new() { Dimensions = 0 }];
        foreach (EncodingOptions options in wrong)
            Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureEncoding(table, EncoderChoice.Of(table, new EncodingOptions())[0], options));
    }

    [Fact]
    public async Task A_modality_that_is_being_encoded_is_refused_and_left_alone()
    {
        ItemTable table = _folder.Texts(3);
        using var source = new CancellationTokenSource();
        using var busy = new Model { HoldsBackFrom = "title: text 0" };
        using var next = new Model();
        Task<EncodedModality> first = EncodeAsync(table, busy, null, source.Token);
        await busy.Reached.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Equal(["cache", "items.jsonl", "text.tessera-lock"], Names());

        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => EncodeAsync(table, next, null, CancellationToken.None));
        Assert.Equal($"'text' in '{table.Directory}' is being encoded by another process; wait until it ends.", refused.Message);
        Assert.Empty(next.Seen);
        Assert.Equal(["cache", "items.jsonl", "text.tessera-lock"], Names());

        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(["cache", "items.jsonl"], Names());
        await EncodeAsync(table, next, null, CancellationToken.None);
        Assert.Equal([[0, 1], [1, 1], [2, 1]], _folder.Rows("text", table));
        Assert.Equal(["cache", "items.jsonl", "modalities.json", "text_feat.npy"], Names());

        IEnumerable<string?> Names() => Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task What_another_process_encoded_since_the_preparation_is_not_replaced()
    {
        ItemTable table = _folder.Texts(3);
        using var model = new Model();
        FeatureEncoding first = Encoding(table, model), same = Encoding(table, model), other = Encoding(table, model, version: "2");
        foreach (FeatureEncoding encoding in new[] { first, same, other }) encoding.Prepare(CancellationToken.None);
        Assert.False((await first.EncodeAsync(cancellationToken: TestContext.Current.CancellationToken)).IsSkipped);
        Assert.True((await same.EncodeAsync(cancellationToken: TestContext.Current.CancellationToken)).IsSkipped);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => other.EncodeAsync());
        Assert.Contains("was made of other contents or in another way", refused.Message, StringComparison.Ordinal);
        Assert.Equal([[0, 1], [1, 1], [2, 1]], _folder.Rows("text", table));
    }

    [Fact]
    public void A_model_that_takes_the_content_encodes_where_no_encoder_is_named()
    {
        _folder.Images(2);
        ItemTable table = _folder.Items(("a", "one", "0.png"), ("b", "two", "1.png"));
        LocalModel texts = new("words", "1") { Texts = () => new Model() };
        Assert.Equal(["text words texts", "image histogram images"], Choices(new EncodingOptions { Models = [texts] }));
        Assert.Equal(["text tfidf texts", "image histogram images"], Choices(new EncodingOptions()));
        Assert.Equal(["text tfidf texts"], Choices(new EncodingOptions { Models = [texts], Encoder = EncoderChoice.Tfidf }));

        IEnumerable<string> Choices(EncodingOptions options) => EncoderChoice.Of(table, options).Select(choice => $"{choice.Modality} {choice.Encoder} {choice.Source}");
    }

    private Task<EncodedModality> EncodeAsync(ItemTable table, Model model, IProgress<EncodingProgress>? progress, CancellationToken cancellationToken) =>
        Encoding(table, model).EncodeAsync(progress, cancellationToken);

    private FeatureEncoding Encoding(ItemTable table, Model model, string version = "1")
    {
        var options = new EncodingOptions { Models = [new LocalModel("words", version) { Texts = () => model }], CacheFile = _folder.CachePath };
        return new FeatureEncoding(table, EncoderChoice.Of(table, options)[0], options);
    }

    /// <summary>Gives a text that ends in a number that number and 1; waits for ever with those of a batch that begins at or after a certain one.</summary>
    private sealed class Model : IEmbeddingGenerator<string, Embedding<float>>
    {
        private readonly Lock _lock = new();

        public string? HoldsBackFrom { get; init; }

        /// <summary>Ends when it begins to wait.</summary>
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HashSet<string> Seen { get; } = [];

        public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            string[] texts = [.. values];
            if (HoldsBackFrom is not null && texts.Contains(HoldsBackFrom))
            {
                Reached.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            lock (_lock) Seen.UnionWith(texts);
            return new GeneratedEmbeddings<Embedding<float>>(texts.Select(text =>
                new Embedding<float>(new float[] { int.TryParse(text.Split(' ')[^1], out int number) ? number : 0, 1 })));
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    /// <summary>Cancels once so many items are encoded.</summary>
    private sealed class StopAt(CancellationTokenSource source, int items) : IProgress<EncodingProgress>
    {
        public void Report(EncodingProgress value)
        {
            if (value.Done >= items) source.Cancel();
        }
    }
}
