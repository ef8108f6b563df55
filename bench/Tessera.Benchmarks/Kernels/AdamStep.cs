using BenchmarkDotNet.Attributes;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Benchmarks.Kernels;

/// <summary>Adam on a table of user embeddings, beside a copy of as many bytes: 28 a parameter.</summary>
public class AdamStep : KernelBenchmark
{
    private Matrix _parameter = null!;
    private Matrix _gradient = null!;
    private Matrix _first = null!;
    private Matrix _second = null!;
    private Matrix _from = null!;
    private Matrix _to = null!;

    [Benchmark]
    public void Adam() => Device.Adam(_parameter, _gradient, _first, _second, new AdamConstants(1e-6f, 1f, 0.9f, 0.999f, 1e-8f, 0f));

    [Benchmark(Baseline = true)]
    public void Copy() => Device.CopyBlock(_from, 0, 0, _to, 0, 0, _from.Rows, _from.Columns);

    protected override void Prepare()
    {
        (_parameter, _gradient) = (Noise(Users, Width), Noise(Users, Width));
        (_first, _second) = (Noise(Users, Width), Noise(Users, Width));
        foreach (ref float value in _second.Span) value *= value;
        (_from, _to) = (Noise(Users * 7 / 2, Width), Noise(Users * 7 / 2, Width)); // 8 bytes an element
    }
}
