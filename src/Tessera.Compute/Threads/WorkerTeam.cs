using System.Runtime.CompilerServices;

namespace Tessera.Compute.Threads;

/// <summary>Work that falls into independent parts. A part's result must not depend on which worker runs it.</summary>
internal interface IDividedWork
{
    /// <summary>Does one part.</summary>
    /// <param name="part">Which part, from 0.</param>
    /// <param name="worker">Who does it, 0 .. workers - 1; two parts of one worker never run at once.</param>
    void Execute(int part, int worker);
}

/// <summary>
/// A fixed team of threads that share out parts of work without allocating. The caller is worker 0 and works too.
/// Parts are claimed one by one, so an idle or descheduled worker delays nobody.
/// </summary>
internal sealed unsafe class WorkerTeam : IDisposable
{
    private const int SpinsBeforeParking = 60; // some 50 μs: a longer gap has better use for the core
    private readonly object _gate = new();
    private readonly Thread[] _threads;
    private delegate*<void*, int, int, void> _execute;
    private void* _work;
    private long _ticket; // number of parts << 32 | next part: one word, so a claim is always of the current work
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

    /// <summary>Runs all parts and returns when the last is done. One caller at a time.</summary>
    public void Run<TWork>(int parts, ref TWork work)
        where TWork : unmanaged, IDividedWork
    {
        if (Workers == 1 || parts <= 1)
        {
            for (int part = 0; part < parts; part++) work.Execute(part, 0);
            return;
        }

        fixed (TWork* pointer = &work)
        {
            _work = pointer;
            _execute = &Execute<TWork>;
            _completed = 0;
            Volatile.Write(ref _ticket, (long)parts << 32);
            WakeParked();
            WorkOn(0);
            var wait = default(SpinWait);
            while (Volatile.Read(ref _completed) < parts) wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    public void Dispose()
    {
        _stopping = true;
        lock (_gate) Monitor.PulseAll(_gate);
        foreach (Thread thread in _threads) thread.Join();
    }

    private static void Execute<TWork>(void* work, int part, int worker)
        where TWork : unmanaged, IDividedWork => Unsafe.AsRef<TWork>(work).Execute(part, worker);

    private static bool HasPart(long ticket) => (int)ticket < (int)(ticket >> 32);

    private void WorkOn(int worker)
    {
        long ticket;
        while (HasPart(ticket = Volatile.Read(ref _ticket)))
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
            if (HasPart(Volatile.Read(ref _ticket)))
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
            while (!_stopping && !HasPart(Volatile.Read(ref _ticket))) Monitor.Wait(_gate);
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
