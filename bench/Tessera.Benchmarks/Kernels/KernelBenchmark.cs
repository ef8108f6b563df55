using BenchmarkDotNet.Attributes;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;

namespace Tessera.Benchmarks.Kernels;

/// <summary>A device and matrices of noise, freed at the end; and the sizes of Amazon Baby.</summary>
[MemoryDiagnoser]
public abstract class KernelBenchmark
{
    protected const int Users = 19_445, Items = 7_050, Dimensions = 4_096, Width = 64, BatchSize = 2_048;
    private readonly List<IDisposable> _held = [];

    protected Device Device { get; private set; } = null!;

    [GlobalSetup]
    public void Start()
    {
        _held.Add(Device = new Device());
        Prepare();
    }

    [GlobalCleanup]
    public void End()
    {
        foreach (IDisposable held in Enumerable.Reverse(_held)) held.Dispose();
        _held.Clear();
    }

    /// <summary>Makes what is computed with.</summary>
    protected abstract void Prepare();

    protected Matrix Noise(int rows, int columns)
    {
        Matrix matrix = GemmCommand.Noise(rows, columns);
        _held.Add(matrix);
        return matrix;
    }

    /// <summary>Numbers of rows, in no order and with repeats.</summary>
    protected static int[] RowNumbers(int count, int limit)
    {
        var rng = new Rng((ulong)limit);
        return [.. Enumerable.Range(0, count).Select(_ => rng.Next(limit))];
    }
}
