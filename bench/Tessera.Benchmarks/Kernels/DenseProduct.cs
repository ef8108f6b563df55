using BenchmarkDotNet.Attributes;
using Tessera.Compute.Tensors;

namespace Tessera.Benchmarks.Kernels;

/// <summary>The products of an encoder's first layer, and the scores of a block of users.</summary>
public class DenseProduct : KernelBenchmark
{
    private const int Hidden = 4 * Width, Block = 512;
    private Matrix _features = null!;
    private Matrix _weights = null!;
    private Matrix _hidden = null!;
    private Matrix _gradient = null!;
    private Matrix _users = null!;
    private Matrix _items = null!;
    private Matrix _scores = null!;

    [Benchmark]
    public void Forward() => Device.MatMul(_features, false, _weights, false, _hidden);

    [Benchmark]
    public void WeightGradient() => Device.MatMul(_features, true, _hidden, false, _gradient);

    [Benchmark]
    public void Scores() => Device.MatMul(_users, false, _items, true, _scores);

    protected override void Prepare()
    {
        (_features, _weights) = (Noise(Items, Dimensions), Noise(Dimensions, Hidden));
        (_hidden, _gradient) = (Noise(Items, Hidden), Noise(Dimensions, Hidden));
        (_users, _items, _scores) = (Noise(Block, Width), Noise(Items, Width), Noise(Block, Items));
    }
}
