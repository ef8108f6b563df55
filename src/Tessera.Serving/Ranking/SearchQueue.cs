using System.Collections.Concurrent;
using System.Diagnostics;

namespace Tessera.Serving.Ranking;

/// <summary>
/// Searches that wait become one pass over the vectors: a block of these is read once and multiplied with all queries while it is in the cache. For B
/// searches, n items and d columns: 2·B·n·d flops and 4·n·d bytes from memory a pass, so one search waits for memory and 32 for arithmetic.
/// </summary>
/// <remarks>
/// Who comes while nothing runs is served at once. While a pass runs, others gather for the next one. After a pass for several, as many are likely to come
/// again at once, so the next one waits for them, at most <see cref="Patience"/> after the end of the last.
/// </remarks>
internal sealed class SearchQueue : IDisposable
{
    /// <summary>Most searches of a pass: from there on all have the arithmetic to wait for.</summary>
    public const int MaxBatch = 32;

    private readonly object _gate = new();
    private readonly List<Search> _waiting = [];
    private readonly Thread[] _threads;
    private readonly ConcurrentBag<SearchPass> _idle = []; // for searches on their callers' threads
    private bool _stopping;
    private long _passes, _searches;

    /// <param name="threads">Passes that may run at once, 1 or more: a core each.</param>
    public SearchQueue(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _threads = [.. Enumerable.Range(0, threads).Select(n => new Thread(Serve) { IsBackground = true, Name = $"tessera-ranking-{n}" })];
        foreach (Thread thread in _threads) thread.Start();
    }

    /// <summary>How long a pass waits for others at most.</summary>
    public static TimeSpan Patience => TimeSpan.FromMilliseconds(2);

    /// <summary>Passes so far.</summary>
    public long Passes => Interlocked.Read(ref _passes);

    /// <summary>Searches of these passes.</summary>
    public long Searches => Interlocked.Read(ref _searches);

    /// <summary>Runs a search, with others if there are some; one that allows few items at once, on the caller's thread.</summary>
    /// <returns>Ends when nothing here uses the search any more, canceled ones included.</returns>
    public Task Run(Search search)
    {
        if (search.IsSparse)
        {
            RunAlone(search);
            return Task.CompletedTask;
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _waiting.Add(search);
            Monitor.Pulse(_gate);
        }

        return search.Done.Task;
    }

    /// <summary>Ends the threads when all who wait are served.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        foreach (Thread thread in _threads) thread.Join();
        while (_idle.TryTake(out SearchPass? pass)) pass.Dispose();
    }

    private void RunAlone(Search search)
    {
        if (!_idle.TryTake(out SearchPass? pass)) pass = new SearchPass();
        try
        {
            pass.RunAlone(search);
        }
        finally
        {
            _idle.Add(pass);
        }
    }

    private void Serve()
    {
        using var pass = new SearchPass();
        var batch = new List<Search>(MaxBatch);
        long ended = 0;
        int expected = 1;
        while (Take(batch, expected, ended))
        {
            expected = batch.Count;
            Interlocked.Increment(ref _passes);
            Interlocked.Add(ref _searches, batch.Count);
            Exception? failure = pass.Run(batch);
            ended = Stopwatch.GetTimestamp();
            foreach (Search search in batch)
            {
                if (failure is not null) search.Done.SetException(failure);
                else search.Done.SetResult();
            }

            batch.Clear();
        }
    }

    /// <summary>Takes searches that share their vectors, the one that waited longest among them.</summary>
    /// <param name="expected">How many the last pass served, and so are likely to come again.</param>
    /// <param name="ended">When it ended.</param>
    /// <returns>Whether there are any; not when the queue is to end.</returns>
    private bool Take(List<Search> batch, int expected, long ended)
    {
        lock (_gate)
        {
            while (true)
            {
                DropCanceled();
                if (_waiting.Count >= expected) break;
                TimeSpan left = Patience - Stopwatch.GetElapsedTime(ended);
                if (_waiting.Count > 0 && (left <= TimeSpan.Zero || _stopping)) break;
                if (_waiting.Count == 0 && _stopping) return false;
                if (left > TimeSpan.Zero) Monitor.Wait(_gate, Math.Max(1, (int)left.TotalMilliseconds));
                else Monitor.Wait(_gate);
            }

            for (int place = 0; place < _waiting.Count && batch.Count < MaxBatch; place++)
                if (_waiting[0].SharesVectors(_waiting[place])) batch.Add(_waiting[place]);
            _waiting.RemoveAll(batch.Contains);
            if (_waiting.Count > 0) Monitor.Pulse(_gate); // another thread may take them
            return true;
        }
    }

    private void DropCanceled()
    {
        for (int place = _waiting.Count - 1; place >= 0; place--)
        {
            Search search = _waiting[place];
            if (!search.Cancellation.IsCancellationRequested) continue;
            _waiting.RemoveAt(place);
            search.Done.SetCanceled(search.Cancellation);
        }
    }
}
