using System.Text;
using Tessera.Data;
using Tessera.Encoders.Encodings;

namespace Tessera.Encoders.Tests.Encodings;

public sealed class EncodingRunTests
{
    [Fact]
    public async Task Contents_that_end_in_a_failure_let_the_calls_in_flight_finish()
    {
        using EncodingCache cache = EncodingCache.Open(null);
        var encoder = new Slow();
        var run = new EncodingRun<string>(encoder, cache, new EncodingOptions { BatchSize = 2, ConcurrentRequests = 2 }, items: 4, progress: null);
        var failure = await Assert.ThrowsAsync<InvalidInputException>(() => run.ExecuteAsync(Contents(), TestContext.Current.CancellationToken));
        Assert.Equal("The table was changed.", failure.Message);
        Assert.False(encoder.WasCanceled);
        Assert.Equal([1], cache.Find(encoder.Identity.KeyOf("a"u8)));
        Assert.Equal([1], cache.Find(encoder.Identity.KeyOf("b"u8)));
        Assert.Null(cache.Find(encoder.Identity.KeyOf("c"u8)));

        IEnumerable<ItemContent<string>> Contents()
        {
            foreach (string text in (string[])["a", "b", "c"]) yield return new ItemContent<string>(text, text, Encoding.UTF8.GetBytes(text));
            encoder.Begun.Wait(TestContext.Current.CancellationToken);
            throw new InvalidInputException("The table was changed.");
        }
    }

    /// <summary>Takes a while, unless it is canceled.</summary>
    private sealed class Slow : IContentEncoder<string>
    {
        public EncoderIdentity Identity { get; } = new("slow", "1");

        public string Sample => "sample";

        public ManualResetEventSlim Begun { get; } = new();

        public bool WasCanceled { get; private set; }

        public async Task<IReadOnlyList<EncodedContent>> EncodeAsync(IReadOnlyList<string> contents, CancellationToken cancellationToken)
        {
            Begun.Set();
            await Task.Delay(TimeSpan.FromSeconds(0.3), cancellationToken).ContinueWith(wait => WasCanceled = wait.IsCanceled, TaskScheduler.Default);
            cancellationToken.ThrowIfCancellationRequested();
            return [.. contents.Select(_ => new EncodedContent([1], null))];
        }

        public bool Recognize(byte[] stored) => true;
    }
}
