using System.Runtime.CompilerServices;

namespace Tessera.Compute.Devices;

/// <summary>Work that falls into independent chunks. A chunk's result must not depend on which worker runs it.</summary>
internal interface IChunkedWork
{
    /// <summary>Does one chunk.</summary>
    /// <param name="chunk">Which chunk, from 0.</param>
    /// <param name="worker">Who does it, 0 .. workers - 1; two chunks of one worker never run at once.</param>
    void Execute(int chunk, int worker);
}

/// <summary>
/// A fixed team of threads that share out chunks of work without allocating. The caller is worker 0 and works too.
/// Chunks are claimed one by one, so an idle or descheduled worker delays nobody.
/// </summary>
internal sealed unsafe class WorkerTeam : IDisposable
{
    private const int SpinsBeforeParking = 2000;
    private readonly object _gate = new();
    private readonly Thread[] _threads;
    private delegate*<void*, int, int, void> _execute;
    private void* _work;
    private long _ticket; // number of chunks << 32 | next chunk: one word, so a claim is always of the current work
    private int _completed;
    private int _parked;
    private volatile bool _stopping;

    public WorkerTeam(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Workers = workers;
        _threads = new Thread[workers - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            _threads[i] = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"tessera-worker-{worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>Number of threads, the caller's included.</summary>
    public int Workers { get; }

    /// <summary>Runs all chunks and returns when the last is done. One caller at a time.</summary>
    public void Run<TWork>(int chunks, ref TWork work)
        where TWork : unmanaged, IChunkedWork
    {
        if (Workers == 1 || chunks <= 1)
        {
            for (int chunk = 0; chunk < chunks; chunk++) work.Execute(chunk, 0);
            return;
        }

        fixed (TWork* pointer = &work)
        {
            _work = pointer;
            _execute = &Execute<TWork>;
            _completed = 0;
            Volatile.Write(ref _ticket, (long)chunks << 32);
            WakeParked();
            WorkOn(0);
            var wait = default(SpinWait);
            while (Volatile.Read(ref _completed) < chunks) wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    public void Dispose()
    {
        _stopping = true;
        lock (_gate) Monitor.PulseAll(_gate);
        foreach (Thread thread in _threads) thread.Join();
    }

    private static void Execute<TWork>(void* work, int chunk, int worker)
        where TWork : unmanaged, IChunkedWork => Unsafe.AsRef<TWork>(work).Execute(chunk, worker);

    private static bool HasChunk(long ticket) => (int)ticket < (int)(ticket >> 32);

    private void WorkOn(int worker)
    {
        long ticket;
        while (HasChunk(ticket = Volatile.Read(ref _ticket)))
        {
            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) != ticket) continue;
            _execute(_work, (int)ticket, worker);
            Interlocked.Increment(ref _completed);
        }
    }

    private void Serve(int worker)
    {
        int spins = 0;
        while (!_stopping)
        {
            if (HasChunk(Volatile.Read(ref _ticket)))
            {
                WorkOn(worker);
                spins = 0;
            }
            else if (++spins < SpinsBeforeParking)
            {
                Thread.SpinWait(20);
            }
            else
            {
                Park();
                spins = 0;
            }
        }
    }

    private void Park()
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _parked);
            while (!_stopping && !HasChunk(Volatile.Read(ref _ticket))) Monitor.Wait(_gate);
            Interlocked.Decrement(ref _parked);
        }
    }

    private void WakeParked()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _parked) == 0) return;
        lock (_gate) Monitor.PulseAll(_gate);
    }
}
