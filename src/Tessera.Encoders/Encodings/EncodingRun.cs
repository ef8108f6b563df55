using System.Diagnostics;
using System.Globalization;
using Tessera.Data;
using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Encodings;

/// <summary>Encodes the contents of items: each content once, and none whose result is in the cache.</summary>
/// <remarks>
/// Holds the batches in flight and a few dozen bytes an item, whatever the size of the contents. A batch that is refused is split until the guilty
/// items are found; they get no result. After some failures or empty results in a row, or one call without an answer, a sample is encoded: where
/// that fails too, the encoder is at fault and the run ends. A run that ends early lets the calls in flight finish, except where it is canceled,
/// and leaves what it has in the cache.
/// </remarks>
internal sealed class EncodingRun<TContent>(
    IContentEncoder<TContent> encoder, EncodingCache cache, EncodingOptions options, int items, IProgress<EncodingProgress>? progress)
    where TContent : class
{
    /// <summary>A batch that has this many bytes takes no further content.</summary>
    private const int BatchBytes = 1 << 20;

    private const int ItemsBetweenReports = 256;
    private readonly Lock _lock = new();
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private readonly List<(string Id, ContentKey? Key, string? Problem)> _rows = new(items);

    /// <summary>The contents met so far, with the number of further items that have them and the reason for those that have no result.</summary>
    private readonly Dictionary<ContentKey, (int Repeats, string? Problem)> _contents = [];
    private readonly FailureWatch _watch = new();
    private Exception? _stop;
    private int _done;
    private int _encoded;
    private int _cached;
    private int _failed;
    private int _cut;

    /// <summary>Encodes; the contents are taken one after another, when there is room for them.</summary>
    /// <exception cref="EndpointException">The encoder cannot encode anything.</exception>
    /// <exception cref="InvalidInputException">The cache is damaged.</exception>
    /// <exception cref="StorageException">The cache cannot be written.</exception>
    public async Task<EncodingResult> ExecuteAsync(IEnumerable<ItemContent<TContent>> contents, CancellationToken cancellation)
    {
        var limits = new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancellation };
        await Parallel.ForEachAsync(Batches(contents, cancellation), limits, async (batch, token) =>
        {
            try
            {
                await EncodeAsync(batch, token).ConfigureAwait(false);
                Report();
            }
            catch (Exception e) when (e is EndpointException or InvalidInputException or StorageException)
            {
                Interlocked.CompareExchange(ref _stop, e, null);
            }
        }).ConfigureAwait(false);
        if (_stop is not null) throw _stop;
        Report();
        return Result();
    }

    private EncodingResult Result()
    {
        var failures = new List<(string, string)>();
        var keys = new ContentKey?[_rows.Count];
        for (int item = 0; item < keys.Length; item++)
        {
            (string id, ContentKey? key, string? problem) = _rows[item];
            string? reason = key is { } known ? _contents[known].Problem : problem;
            if (reason is null) keys[item] = key;
            else failures.Add((id, reason));
        }

        string damaged = string.Create(CultureInfo.InvariantCulture, $"{cache.Damaged:N0} results in the cache were damaged and made anew.");
        return new EncodingResult(keys, failures, _encoded, _cached, _cut) { Notices = cache.Damaged > 0 ? [damaged] : [] };
    }

    /// <summary>The contents that have to be encoded. Called by one thread at a time.</summary>
    private IEnumerable<(ContentKey Key, TContent Content)[]> Batches(IEnumerable<ItemContent<TContent>> contents, CancellationToken cancellation)
    {
        var batch = new List<(ContentKey, TContent)>();
        long bytes = 0;
        foreach (ItemContent<TContent> item in contents)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Volatile.Read(ref _stop) is not null) yield break;
            if (Take(item) is not { } key) continue;
            batch.Add((key, item.Content!));
            bytes += item.Bytes.Length;
            if (batch.Count < options.BatchSize && bytes < BatchBytes) continue;
            yield return [.. batch];
            batch.Clear();
            bytes = 0;
        }

        if (batch.Count > 0) yield return [.. batch];
    }

    /// <summary>Notes an item; gives the key of its content where that has to be encoded.</summary>
    private ContentKey? Take(ItemContent<TContent> item)
    {
        ContentKey? key = item.Content is null ? null : encoder.Identity.KeyOf(item.Bytes.Span);
        _rows.Add((item.Id, key, item.Problem));
        if (key is not { } content)
        {
            Count(failed: 1);
            return null;
        }

        lock (_lock)
        {
            if (!_contents.TryAdd(content, default))
            {
                (int repeats, string? failed) = _contents[content];
                _contents[content] = (repeats + 1, failed);
                if (failed is null) Count(cached: 1);
                else Count(failed: 1);
                return null;
            }
        }

        return IsStored(content) ? null : key;
    }

    /// <summary>Whether the cache has a content's result, which counts its item.</summary>
    private bool IsStored(ContentKey key)
    {
        if (cache.Find(key) is not { } stored || !encoder.Recognize(stored)) return false;
        Count(cached: 1);
        return true;
    }

    private async Task EncodeAsync((ContentKey Key, TContent Content)[] planned, CancellationToken cancellation)
    {
        if (Volatile.Read(ref _stop) is not null) return;
        // Another process may have stored some since they were looked up.
        (ContentKey Key, TContent Content)[] batch = [.. planned.Where(entry => !IsStored(entry.Key))];
        if (batch.Length == 0) return;
        IReadOnlyList<EncodedContent> results;
        try
        {
            results = await encoder.EncodeAsync([.. batch.Select(entry => entry.Content)], cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidInputException or EndpointException { Fault: not EndpointFault.Service })
        {
            bool silent = e is EndpointException { Fault: EndpointFault.Silence };
            if (silent && await IsDownAsync(cancellation).ConfigureAwait(false)) throw;
            if (batch.Length == 1)
            {
                if (silent) Refuse(batch[0].Key, e.Message);
                else await FailAsync(batch[0].Key, e.Message, cancellation).ConfigureAwait(false);
                return;
            }

            // A refusal names the guilty at once, so halves find them fastest; other failures come after long waits, so no more than two rounds of them.
            int size = e is EndpointException { Fault: not EndpointFault.Content } ? 1 : (batch.Length + 1) / 2;
            foreach ((ContentKey, TContent)[] part in batch.Chunk(size)) await EncodeAsync(part, cancellation).ConfigureAwait(false);
            return;
        }

        await KeepAsync([.. batch.Select(entry => entry.Key)], results, cancellation).ConfigureAwait(false);
    }

    private async Task KeepAsync(ContentKey[] keys, IReadOnlyList<EncodedContent> results, CancellationToken cancellation)
    {
        cache.Store(keys.Zip(results).Where(pair => pair.Second.Value is not null).Select(pair => (pair.First, pair.Second.Value!)));
        for (int i = 0; i < results.Count; i++)
        {
            if (results[i].Value is null)
            {
                await FailAsync(keys[i], results[i].Problem!, cancellation).ConfigureAwait(false);
                continue;
            }

            _watch.Succeeded();
            if (results[i].Cut) Interlocked.Increment(ref _cut);
            Count(encoded: 1);
        }
    }

    private async Task FailAsync(ContentKey key, string reason, CancellationToken cancellation)
    {
        if (_watch.Failed() && await ProblemOfSampleAsync(cancellation).ConfigureAwait(false) is { } problem)
            throw new EndpointException(EndpointFault.Service, $"{problem}; it failed for several items in a row and for a sample");
        Refuse(key, reason);
    }

    /// <summary>Whether the server is down, by the sample, or known to be: waiting for it once more with every item would take days.</summary>
    private async Task<bool> IsDownAsync(CancellationToken cancellation) =>
        Volatile.Read(ref _stop) is not null || await ProblemOfSampleAsync(cancellation).ConfigureAwait(false) is not null;

    /// <summary>Why the encoder gives nothing for the sample, which is known to be good; null where it works.</summary>
    private async Task<string?> ProblemOfSampleAsync(CancellationToken cancellation)
    {
        try
        {
            IReadOnlyList<EncodedContent> results = await encoder.EncodeAsync([encoder.Sample], cancellation).ConfigureAwait(false);
            return results[0].Problem is { } problem ? $"'{encoder.Identity.Version}' gives nothing that can be used ({problem})" : null;
        }
        catch (Exception e) when (e is InvalidInputException or EndpointException)
        {
            return e.Message;
        }
    }

    private void Refuse(ContentKey key, string reason)
    {
        lock (_lock)
        {
            int repeats = _contents[key].Repeats; // counted as cached when they were met
            _contents[key] = (repeats, reason);
            Count(cached: -repeats, failed: 1 + repeats);
        }
    }

    private void Count(int encoded = 0, int cached = 0, int failed = 0)
    {
        int done;
        lock (_lock)
        {
            _encoded += encoded;
            _cached += cached;
            _failed += failed;
            done = _done += encoded + cached + failed;
        }

        if (done % ItemsBetweenReports == 0) Report();
    }

    private void Report()
    {
        if (progress is null) return;
        lock (_lock) progress.Report(new EncodingProgress(items, _done, _cached, _failed, _time.Elapsed));
    }
}
