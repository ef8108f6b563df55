using System.Diagnostics;
using Tessera.Data;

namespace Tessera.Encoders.Encodings;

/// <summary>Encodes items in this process, each by itself, on several threads, and writes the rows as they are.</summary>
/// <param name="identity">Identity of the encoder.</param>
/// <param name="dimensions">Length of a row.</param>
/// <param name="encode">Encodes a content, called from several threads; a row of zeros means nothing was found in it.</param>
/// <param name="threads">Most threads; 0 for one per core.</param>
/// <param name="outlives">
/// Whether encoding uses nothing that is disposed of: a cancellation then does not wait for the contents at work, each of which may take seconds.
/// </param>
internal sealed class LocalEncoding<TContent>(EncoderIdentity identity, int dimensions, Func<TContent, float[]> encode, int threads, bool outlives = false)
    where TContent : class
{
    private const int ItemsBetweenReports = 256;

    /// <summary>Encodes and writes; all rows are held.</summary>
    /// <exception cref="InvalidInputException">No item could be encoded, or something cannot be read or written.</exception>
    public EncodedModality Encode(
        ModalityWriter writer, IEnumerable<ItemContent<TContent>> contents, IProgress<EncodingProgress>? progress, CancellationToken cancellationToken)
    {
        var time = Stopwatch.StartNew();
        var rows = new float[writer.Items][];
        ContentKey?[] keys = new ContentKey?[writer.Items], all = new ContentKey?[writer.Items];
        var failures = new (string Id, string Reason)?[writer.Items];
        int done = 0, failed = 0, without = 0;
        var limits = new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount, CancellationToken = cancellationToken };
        Task work = Parallel.ForEachAsync(contents.Index(), limits, (item, _) =>
        {
            (int index, ItemContent<TContent> content) = item;
            all[index] = identity.KeyOf(content);
            if (Problem(content, out rows[index]) is { } problem)
            {
                failures[index] = (content.Id, problem);
                if (content.IsAbsent) Interlocked.Increment(ref without);
                else Interlocked.Increment(ref failed);
            }
            else
            {
                keys[index] = all[index];
            }

            int through = Interlocked.Increment(ref done);
            if (through % ItemsBetweenReports == 0) Report(through);
            return ValueTask.CompletedTask;
        });
        (outlives ? work.WaitAsync(cancellationToken) : work).GetAwaiter().GetResult(); // throws what an item threw, as it was
        Report(done);
        (string, string)[] listed = [.. failures.Where(failure => failure is not null).Select(failure => failure!.Value)];
        var result = new EncodingResult(keys, listed, encoded: writer.Items - listed.Length, cached: 0, truncated: 0) { Contents = all };
        return writer.Write(identity, result, dimensions, (row, numbers) => rows[row].CopyTo(numbers));

        void Report(int through) => progress?.Report(new EncodingProgress(writer.Items, through, 0, Volatile.Read(ref failed), time.Elapsed)
        {
            Empty = Volatile.Read(ref without),
        });
    }

    /// <summary>Encodes a content; says why there is no row.</summary>
    private string? Problem(ItemContent<TContent> content, out float[] row)
    {
        row = [];
        if (content.Content is not { } given) return content.Problem;
        try
        {
            row = encode(given);
            return row.AsSpan().ContainsAnyExcept(0f) ? null : EncodedContent.AllZeros;
        }
        catch (InvalidInputException e)
        {
            return e.Message;
        }
    }
}
