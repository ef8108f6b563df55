namespace Tessera.Compute.Tests.Training;

/// <summary>Runs alone, so that no other test allocates meanwhile.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int WarmUp = 40, Steps = 20, SmallerBatch = 137;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_warm_step_allocates_nothing_also_where_batches_alternate(int threads)
    {
        using var loop = new TrainingLoop(threads);
        Train(loop, WarmUp);

        long mine = GC.GetAllocatedBytesForCurrentThread();
        Train(loop, Steps);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - mine);
        Assert.Equal(0, Enumerable.Range(0, 40).Min(_ => AllocatedByAllThreads(loop)));
    }

    // The test host's own threads allocate every 100 ms or so: in some of these short intervals. The loop would in all.
    private static long AllocatedByAllThreads(TrainingLoop loop)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        loop.Step();
        loop.Step(SmallerBatch);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static void Train(TrainingLoop loop, int steps)
    {
        for (int step = 0; step < steps; step++) loop.Step(step % 5 == 4 ? SmallerBatch : TrainingLoop.MaxBatch);
    }
}
