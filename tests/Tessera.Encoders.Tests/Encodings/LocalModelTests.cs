using Microsoft.Extensions.AI;
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

    private Task<EncodedModality> EncodeAsync(ItemTable table, Model model, IProgress<EncodingProgress>? progress, CancellationToken cancellation)
    {
        var options = new EncodingOptions { Models = [new LocalModel("words", "1") { Texts = () => model }], CacheFile = _folder.CachePath };
        return new FeatureEncoding(table, EncoderChoice.Of(table, options)[0], options).EncodeAsync(progress, cancellation);
    }

    /// <summary>Gives a text that ends in a number that number and 1; waits for ever with those of a batch that begins at or after a certain one.</summary>
    private sealed class Model : IEmbeddingGenerator<string, Embedding<float>>
    {
        private readonly Lock _lock = new();

        public string? HoldsBackFrom { get; init; }

        public HashSet<string> Seen { get; } = [];

        public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            string[] texts = [.. values];
            if (HoldsBackFrom is not null && texts.Contains(HoldsBackFrom)) await Task.Delay(Timeout.Infinite, cancellationToken);
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
