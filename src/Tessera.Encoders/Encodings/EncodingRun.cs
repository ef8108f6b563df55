using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Encodings;

/// <summary>Encodes the contents of items: each content once, and none whose result is in the cache.</summary>
/// <remarks>
/// Holds the batches in flight and some hundred bytes an item, whatever the size of the contents. A batch that is refused is split until the guilty
/// items are found; they get no result. After 3 failures or empty results in a row, then 6, 12 and so on until the next success, or after one call without
/// an answer, a sample is encoded: where that fails too, the encoder is at fault and the run ends. A run that ends early lets the calls in flight finish,
/// except where it is canceled, and leaves what it has in the cache.
/// </remarks>
internal sealed class EncodingRun<TContent>(
    IContentEncoder<TContent> encoder, EncodingCache cache, EncodingOptions options, int items, IProgress<EncodingProgress>? progress)
    where TContent : class
{
    /// <summary>A batch that has this many bytes takes no further content.</summary>
    private const int BatchBytes = 1 << 20;

    private const int ItemsBetweenReports = 256;
    private const int FirstPatience = 3;
    private readonly Lock _lock = new();
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private readonly List<(string Id, Outcome Outcome)> _items = new(items);
    private readonly Dictionary<ContentKey, Outcome> _outcomes = [];
    private ExceptionDispatchInfo? _stop;
    private int _encoded;
    private int _cached;
    private int _failed;
    private int _without;
    private int _cut;
    private int _failuresInRow;
    private int _patience = FirstPatience;

    /// <summary>Encodes; the contents are taken one after another, when there is room for them.</summary>
    /// <exception cref="EndpointException">The encoder cannot encode anything.</exception>
    /// <exception cref="InvalidInputException">The cache is damaged, or the contents cannot be read.</exception>
    /// <exception cref="StorageException">The cache cannot be written.</exception>
    public async Task<EncodingResult> ExecuteAsync(IEnumerable<ItemContent<TContent>> contents, CancellationToken cancellationToken)
    {
        var limits = new ParallelOptions { MaxDegreeOfParallelism = options.ConcurrentRequests, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Batches(contents, cancellationToken), limits, async (batch, token) =>
        {
            try
            {
                await EncodeAsync(batch, token).ConfigureAwait(false);
                Report();
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                StopBy(e);
            }
        }).ConfigureAwait(false);
        _stop?.Throw();
        Report();
        ContentKey?[] keys = [.. _items.Select(item => item.Outcome.Problem is null ? item.Outcome.Key : null)];
        (string, string)[] failures = [.. _items.Where(item => item.Outcome.Problem is not null).Select(item => (item.Id, item.Outcome.Problem!))];
        string damaged = $"{SourceText.Counted(cache.Damaged, "result")} in the cache {(cache.Damaged == 1 ? "was" : "were")} damaged and made anew.";
        return new EncodingResult(keys, failures, _encoded, _cached, _cut)
        {
            Contents = [.. _items.Select(item => item.Outcome.Key)],
            Notices = cache.Damaged > 0 ? [damaged] : [],
        };
    }

    /// <summary>The contents that have to be encoded. Called by one thread at a time.</summary>
    private IEnumerable<(Outcome Outcome, TContent Content)[]> Batches(IEnumerable<ItemContent<TContent>> contents, CancellationToken cancellationToken)
    {
        using IEnumerator<ItemContent<TContent>> rest = contents.GetEnumerator();
        while (NextOf(rest, cancellationToken) is { Length: > 0 } batch) yield return batch;
    }

    /// <summary>The next contents that have to be encoded; none where the run stops, or nothing is left.</summary>
    private (Outcome Outcome, TContent Content)[] NextOf(IEnumerator<ItemContent<TContent>> rest, CancellationToken cancellationToken)
    {
        var batch = new List<(Outcome, TContent)>();
        long bytes = 0;
        try
        {
            while (batch.Count < options.BatchSize && bytes < BatchBytes && rest.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Volatile.Read(ref _stop) is not null) return [];
                ItemContent<TContent> item = rest.Current;
                Outcome? open = Take(item);
                if (_items.Count % ItemsBetweenReports == 0) Report();
                if (open is null) continue;
                batch.Add((open, item.Content!));
                bytes += item.Bytes.Length;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            StopBy(e); // thrown here, it would cancel the calls in flight
            return [];
        }

        return [.. batch];
    }

    /// <summary>Lets no further call begin; the first failure is the one that ends the run.</summary>
    private void StopBy(Exception cause) => Interlocked.CompareExchange(ref _stop, ExceptionDispatchInfo.Capture(cause), null);

    /// <summary>Notes an item; gives the outcome of its content where that has to be encoded.</summary>
    private Outcome? Take(ItemContent<TContent> item)
    {
        ContentKey? key = encoder.Identity.KeyOf(item);
        if (key is { } known && _outcomes.TryGetValue(known, out Outcome? outcome))
        {
            _items.Add((item.Id, outcome));
            lock (_lock)
            {
                outcome.Waiting++;
                if (outcome.IsSettled) Settle(outcome, outcome.Problem);
            }

            return null;
        }

        outcome = new Outcome(key);
        _items.Add((item.Id, outcome));
        if (key is { } fresh)
        {
            _outcomes.Add(fresh, outcome);
            return IsStored(outcome) ? null : outcome;
        }

        if (item.IsAbsent) Leave(outcome, item.Problem!);
        else Settle(outcome, item.Problem);
        return null;
    }

    /// <summary>Whether the cache has a content's result, which settles it.</summary>
    private bool IsStored(Outcome outcome)
    {
        if (cache.Find(outcome.Key!.Value) is not { } stored || !encoder.Recognize(stored)) return false;
        Settle(outcome);
        return true;
    }

    private async Task EncodeAsync((Outcome Outcome, TContent Content)[] planned, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _stop) is not null) return;
        // Another process may have stored some since they were looked up.
        (Outcome Outcome, TContent Content)[] batch = [.. planned.Where(entry => !IsStored(entry.Outcome))];
        if (batch.Length == 0) return;
        IReadOnlyList<EncodedContent> results;
        try
        {
            results = await encoder.EncodeAsync([.. batch.Select(entry => entry.Content)], cancellationToken).ConfigureAwait(false);
        }
        catch (EndpointException e) when (e.Fault != EndpointFault.Service)
        {
            bool silent = e.Fault == EndpointFault.Silence;
            if (silent && await IsDownAsync(cancellationToken).ConfigureAwait(false)) throw;
            if (batch.Length == 1)
            {
                if (silent) Settle(batch[0].Outcome, e.Message);
                else await FailAsync(batch[0].Outcome, e.Message, cancellationToken).ConfigureAwait(false);
                return;
            }

            // A refusal names the guilty at once, so halves find them fastest; other failures come after long waits, so no more than two rounds of them.
            int size = e.Fault == EndpointFault.Content ? (batch.Length + 1) / 2 : 1;
            foreach ((Outcome, TContent)[] part in batch.Chunk(size)) await EncodeAsync(part, cancellationToken).ConfigureAwait(false);
            return;
        }

        (Outcome Outcome, EncodedContent Result)[] pairs = [.. batch.Select(entry => entry.Outcome).Zip(results)];
        cache.Store(pairs.Where(pair => pair.Result.Value is not null).Select(pair => (pair.Outcome.Key!.Value, pair.Result.Value!)));
        foreach ((Outcome outcome, EncodedContent result) in pairs)
        {
            if (result.Problem is { } problem) await FailAsync(outcome, problem, cancellationToken).ConfigureAwait(false);
            else Succeed(outcome, result.Truncated);
        }
    }

    private void Succeed(Outcome outcome, bool cut)
    {
        lock (_lock)
        {
            _encoded++;
            if (cut) _cut++;
            (_failuresInRow, _patience) = (0, FirstPatience);
            outcome.Waiting--;
            Settle(outcome);
        }
    }

    private async Task FailAsync(Outcome outcome, string reason, CancellationToken cancellationToken)
    {
        bool suspicious;
        lock (_lock)
        {
            suspicious = ++_failuresInRow >= _patience;
            if (suspicious) (_failuresInRow, _patience) = (0, 2 * _patience);
        }

        if (suspicious && await ProblemOfSampleAsync(cancellationToken).ConfigureAwait(false) is { } problem)
            throw new EndpointException(EndpointFault.Service, $"{problem}; it failed for several items in a row and for a sample");
        Settle(outcome, reason);
    }

    /// <summary>Counts the items that wait for a content's outcome: they have its result, or its problem where there is one.</summary>
    private void Settle(Outcome outcome, string? problem = null)
    {
        lock (_lock)
        {
            (outcome.IsSettled, outcome.Problem) = (true, problem);
            if (problem is null) _cached += outcome.Waiting;
            else _failed += outcome.Waiting;
            outcome.Waiting = 0;
        }
    }

    /// <summary>Counts an item that has nothing to encode.</summary>
    private void Leave(Outcome outcome, string problem)
    {
        lock (_lock)
        {
            (outcome.IsSettled, outcome.Problem, outcome.Waiting) = (true, problem, 0);
            _without++;
        }
    }

    /// <summary>Whether the server is down, by the sample, or known to be: waiting for it once more with every item would take days.</summary>
    private async Task<bool> IsDownAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _stop) is not null || await ProblemOfSampleAsync(cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Why the encoder gives nothing for the sample, which is known to be good; null where it works.</summary>
    private async Task<string?> ProblemOfSampleAsync(CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<EncodedContent> results = await encoder.EncodeAsync([encoder.Sample], cancellationToken).ConfigureAwait(false);
            return results[0].Problem is { } problem ? $"'{encoder.Identity.Version}' gives nothing that can be used ({problem})" : null;
        }
        catch (EndpointException e)
        {
            return e.Message;
        }
    }

    private void Report()
    {
        if (progress is null) return;
        lock (_lock) progress.Report(new EncodingProgress(items, _encoded + _cached + _failed + _without, _cached, _failed, _time.Elapsed) { Empty = _without });
    }

    /// <summary>What comes of a content, or why an item has none.</summary>
    private sealed class Outcome(ContentKey? key)
    {
        public ContentKey? Key => key;

        /// <summary>Items with this content that are not counted yet.</summary>
        public int Waiting { get; set; } = 1;

        public bool IsSettled { get; set; }

        public string? Problem { get; set; }
    }
}
