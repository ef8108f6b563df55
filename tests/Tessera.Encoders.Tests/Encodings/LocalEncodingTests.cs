using System.Collections.Concurrent;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;

namespace Tessera.Encoders.Tests.Encodings;

public sealed class LocalEncodingTests : IDisposable
{
    private static readonly EncoderIdentity Identity = new("test", "1");
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(0)]
    public void Every_item_has_its_row_or_its_reason_whatever_the_number_of_threads(int threads)
    {
        ItemTable table = _folder.Texts(1000);
        var seen = new ConcurrentQueue<EncodingProgress>();
        int now = 0, most = 0;

        EncodedModality made = new LocalEncoding<string>(Identity, 2, Encode, threads).Encode(
            new ModalityWriter(table, "text", replace: false), ItemTexts.OfFields(table), new Listener(seen), CancellationToken.None);

        Assert.Equal([7, 20], made.Entry.Missing);
        Assert.Equal([("a7", "seven"), ("a20", "the encoder finds nothing in it: its vector is all zeros")], made.Result.Failures);
        Assert.Equal(made.Result.Failures, _folder.Failures("text"));
        Assert.Equal((998, 0), (made.Result.Encoded, made.Result.Cached));
        float[][] rows = _folder.Rows("text", table);
        for (int i = 0; i < rows.Length; i++) Assert.Equal(i is 7 or 20 ? [0, 0] : [i, 1], rows[i]);
        Assert.InRange(most, 1, threads > 0 ? threads : Environment.ProcessorCount);
        Assert.Equal((1000, 1000, 2), (seen.Last().Items, seen.Last().Done, seen.Last().Failed));

        float[] Encode(string text)
        {
            int current = Interlocked.Increment(ref now);
            lock (seen) most = Math.Max(most, current);
            int number = int.Parse(text.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture);
            Interlocked.Decrement(ref now);
            return number switch { 7 => throw new InvalidInputException("seven"), 20 => [0, 0], _ => [number, 1] };
        }
    }

    [Fact]
    public void The_manifest_changes_with_the_content_alone()
    {
        string[] contents = [.. new[] { "text 0", "text 0", "other" }.Select(text => Encode(_folder.Items(("a", text, null), ("b", "x", null))))];

        Assert.Equal(contents[0], contents[1]);
        Assert.NotEqual(contents[0], contents[2]);

        static string Encode(ItemTable table) => new LocalEncoding<string>(Identity, 1, _ => [1f], 1).Encode(
            new ModalityWriter(table, "text", replace: true), ItemTexts.OfFields(table), null, CancellationToken.None).Entry.Content;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_reading_the_items_throws_is_thrown_as_it_is(bool outlives)
    {
        ItemTable table = _folder.Texts(5);
        var encoding = new LocalEncoding<string>(Identity, 1, _ => [1f], 2, outlives);
        string message = Assert.Throws<InvalidInputException>(() => encoding.Encode(new ModalityWriter(table, "text", replace: true), Broken(), null, CancellationToken.None)).Message;
        Assert.Equal("changed", message);

        IEnumerable<ItemContent<string>> Broken()
        {
            yield return ItemTexts.OfFields(table).First();
            throw new InvalidInputException("changed");
        }
    }

    [Fact]
    public void A_canceled_encoding_writes_nothing()
    {
        ItemTable table = _folder.Texts(5);
        var encoding = new LocalEncoding<string>(Identity, 1, _ => [1f], 1);
        Assert.ThrowsAny<OperationCanceledException>(() => encoding.Encode(
            new ModalityWriter(table, "text", replace: true), ItemTexts.OfFields(table), null, new CancellationToken(canceled: true)));
        Assert.Equal(["items.jsonl"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_canceled_encoding_does_not_wait_for_the_contents_at_work()
    {
        ItemTable table = _folder.Texts(5);
        using SemaphoreSlim begun = new(0), end = new(0);
        using var source = new CancellationTokenSource();
        var encoding = new LocalEncoding<string>(Identity, 1, _ => Wait(begun, end), 1, outlives: true);
        Task<EncodedModality> work = Task.Run(() => encoding.Encode(
            new ModalityWriter(table, "text", replace: true), ItemTexts.OfFields(table), null, source.Token));
        await begun.WaitAsync(TestContext.Current.CancellationToken);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        end.Release(5);
        Assert.Equal(["items.jsonl"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));

        static float[] Wait(SemaphoreSlim begun, SemaphoreSlim end)
        {
            begun.Release();
            end.Wait();
            return [1f];
        }
    }

    private sealed class Listener(ConcurrentQueue<EncodingProgress> seen) : IProgress<EncodingProgress>
    {
        public void Report(EncodingProgress value) => seen.Enqueue(value);
    }
}
