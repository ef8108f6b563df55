using BenchmarkDotNet.Attributes;
using Tessera.Compute.Tensors;

namespace Tessera.Benchmarks.Kernels;

/// <summary>What a batch does with a table of user embeddings: take its rows, clear a gradient, add rows to it.</summary>
public class RowsOfTables : KernelBenchmark
{
    private Matrix _table = null!;
    private Matrix _rows = null!;
    private int[] _numbers = [];

    [Benchmark]
    public void Gather() => Device.GatherRows(_table, _numbers, _rows);

    [Benchmark]
    public void ScatterAdd() => Device.ScatterAddRows(1e-6f, _rows, _numbers, _table);

    [Benchmark]
    public void Clear() => Device.Fill(_table, 0f);

    protected override void Prepare()
    {
        (_table, _rows) = (Noise(Users, Width), Noise(BatchSize, Width));
        _numbers = RowNumbers(BatchSize, Users);
    }
}
