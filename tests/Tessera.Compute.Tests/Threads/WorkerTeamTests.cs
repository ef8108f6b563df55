using Tessera.Compute.Threads;

namespace Tessera.Compute.Tests.Threads;

public sealed unsafe class WorkerTeamTests
{
    private const int MaxParts = 64;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Every_chunk_of_many_tiny_runs_is_done_exactly_once(int workers)
    {
        using var team = new WorkerTeam(workers);
        int* counts = stackalloc int[MaxParts];
        for (int run = 0; run < 20_000; run++)
        {
            int parts = run % 11;
            new Span<int>(counts, parts).Clear();
            var work = new Counting { Counts = counts };
            team.Run(parts, ref work);
            for (int part = 0; part < parts; part++)
                if (counts[part] != 1) Assert.Fail($"Run {run}: part {part} of {parts} was done {counts[part]} times.");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_worker_does_one_chunk_at_a_time_and_goes_by_a_number_of_its_own(int workers)
    {
        using var team = new WorkerTeam(workers);
        int* inside = stackalloc int[workers], threads = stackalloc int[workers], violations = stackalloc int[1];
        new Span<int>(inside, workers).Clear();
        new Span<int>(threads, workers).Clear();
        *violations = 0;
        for (int run = 0; run < 200; run++)
        {
            var work = new Exclusive { Workers = workers, Inside = inside, Threads = threads, Violations = violations };
            team.Run(MaxParts, ref work);
        }

        Assert.Equal(0, *violations);
        Assert.Equal(Environment.CurrentManagedThreadId, threads[0]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Parked_workers_wake_up_all_of_them(int workers)
    {
        using var team = new WorkerTeam(workers);
        int* arrived = stackalloc int[1];
        for (int run = 0; run < 10; run++)
        {
            Thread.Sleep(run % 2 == 0 ? 20 : 0); // longer than a worker spins, and shorter
            *arrived = 0;
            var work = new Meeting { Expected = workers, Arrived = arrived };
            team.Run(workers, ref work); // each part waits for all: it takes every worker
            Assert.Equal(workers, *arrived);
        }
    }

    [Fact]
    public void Running_allocates_nothing()
    {
        using var team = new WorkerTeam(3);
        int* counts = stackalloc int[MaxParts];
        Work(100);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Work(1000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1100, counts[0]);

        void Work(int runs)
        {
            for (int run = 0; run < runs; run++)
            {
                var work = new Counting { Counts = counts };
                team.Run(MaxParts, ref work);
            }
        }
    }

    [Fact]
    public void A_team_has_at_least_its_caller()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerTeam(0));
    }

    private struct Counting : IDividedWork
    {
        public int* Counts;

        public readonly void Execute(int part, int worker) => Interlocked.Increment(ref Counts[part]);
    }

    private struct Exclusive : IDividedWork
    {
        public int Workers;
        public int* Inside, Threads, Violations;

        public readonly void Execute(int part, int worker)
        {
            int thread = Environment.CurrentManagedThreadId;
            bool known = (uint)worker < (uint)Workers;
            if (!known || Interlocked.Increment(ref Inside[worker]) != 1 || (Threads[worker] != 0 && Threads[worker] != thread))
                Interlocked.Increment(ref *Violations);
            if (!known) return;
            Threads[worker] = thread;
            Thread.SpinWait(10);
            Interlocked.Decrement(ref Inside[worker]);
        }
    }

    private struct Meeting : IDividedWork
    {
        public int Expected;
        public int* Arrived;

        public readonly void Execute(int part, int worker)
        {
            Interlocked.Increment(ref *Arrived);
            long deadline = Environment.TickCount64 + 10_000;
            while (Volatile.Read(ref *Arrived) < Expected && Environment.TickCount64 < deadline) Thread.Yield();
        }
    }
}
