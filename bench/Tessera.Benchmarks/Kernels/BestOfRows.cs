using BenchmarkDotNet.Attributes;
using Tessera.Compute.Tensors;

namespace Tessera.Benchmarks.Kernels;

/// <summary>The best items of a block of users. Selection overwrites the scores, so each is measured with a copy of them.</summary>
public class BestOfRows : KernelBenchmark
{
    private const int Block = 512;
    private Matrix _scores = null!;
    private Matrix _copy = null!;
    private int[] _indices = [];
    private float[] _values = [];

    [Params(10, 50)]
    public int K { get; set; }

    [Benchmark]
    public void TopK()
    {
        _copy.CopyFrom(_scores);
        Device.TopK(_copy, null, [], [], _indices, _values);
    }

    [Benchmark(Baseline = true)]
    public void CopyAlone() => _copy.CopyFrom(_scores);

    protected override void Prepare()
    {
        (_scores, _copy) = (Noise(Block, Items), Noise(Block, Items));
        (_indices, _values) = (new int[Block * K], new float[Block * K]);
    }
}
