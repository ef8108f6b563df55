using BenchmarkDotNet.Attributes;
using Tessera.Compute.Tensors;
using Tessera.Recommendation.Graphs;

namespace Tessera.Benchmarks.Kernels;

/// <summary>One layer of the user-item graph, one embedding wide and as wide as LIRDRec's three latent modalities.</summary>
public class SparseProduct : KernelBenchmark
{
    private CsrMatrix _graph = null!;
    private Matrix _x = null!;
    private Matrix _y = null!;

    [Params(Width, 3 * Width)]
    public int Columns { get; set; }

    [Benchmark]
    public void Layer() => Device.SparseMatMul(_graph, _x, null, _y);

    protected override void Prepare()
    {
        _graph = BipartiteGraph.Normalized(Shape.Load("baby").Dataset.Train);
        (_x, _y) = (Noise(_graph.Columns, Columns), Noise(_graph.Rows, Columns));
    }
}
