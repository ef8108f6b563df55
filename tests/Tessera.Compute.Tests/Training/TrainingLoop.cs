using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Layers;
using Tessera.Compute.Ops;
using Tessera.Compute.Optimizers;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Training;

/// <summary>A small recommender: user embeddings and a layer on item features, propagated over a graph of 3,000 nodes.</summary>
internal sealed class TrainingLoop : IDisposable
{
    public const int MaxBatch = 512;
    private const int Users = 1200, Items = 1800, Features = 70, Dimensions = 48;
    private readonly Device _device;
    private readonly Tape _tape;
    private readonly CsrMatrix _graph = Noise.Sparse(Users + Items, Users + Items, perRow: 8, seed: 1);
    private readonly Matrix _features = Noise.Matrix(Items, Features, seed: 2);
    private readonly Parameter _embeddings;
    private readonly Linear _layer;
    private readonly int[] _user = new int[MaxBatch], _positive = new int[MaxBatch], _negative = new int[MaxBatch];
    private readonly Rng _sampling;

    public TrainingLoop(int threads, ulong seed = 1)
    {
        var rng = new Rng(seed);
        for (int item = 0; item < Items; item++) _features[item, 0] = item < Items / 2 ? 1f : -1f;
        _device = new Device(threads, SimdWidths.Widest, elementsAlone: threads == 1 ? int.MaxValue : 0);
        _tape = new Tape(_device);
        _sampling = rng.Stream("sampling");
        _embeddings = new Parameter("users", new Matrix(Users, Dimensions).XavierNormal(rng.Stream("users")));
        _layer = new Linear("items", Features, Dimensions, bias: true, rng.Stream("items"));
        Parameters = [_embeddings, .. _layer.Parameters];
        Optimizer = new Adam(_device, Parameters, new AdamOptions { LearningRate = 0.01f, WeightDecay = 1e-4f });
    }

    public Parameter[] Parameters { get; }

    public Adam Optimizer { get; }

    public Device Device => _device;

    /// <summary>One step; the loss.</summary>
    public float Step(int batch = MaxBatch)
    {
        Sample(batch);
        Variable users = _tape.Use(_embeddings);
        Variable items = _layer.Apply(_tape, _tape.Constant(_features), leakySlope: 0.2f);
        Variable nodes = _tape.PropagateSum(_graph, _tape.StackNormalized([users], [items]), layers: 2);
        Variable ranking = _tape.MeanLogisticLoss(_tape.DifferenceDots(
            _tape.Rows(nodes, 0, Users), _tape.Rows(nodes, Users, Items),
            _user.AsMemory(0, batch), _positive.AsMemory(0, batch), _negative.AsMemory(0, batch)));
        Variable loss = _tape.Combine(1f, ranking, 0.01f, _tape.MeanSquare(users));
        float value = loss.Scalar;
        _tape.Backward(loss);
        Optimizer.Step();
        _tape.Reset();
        return value;
    }

    // Everybody likes the first half of the items better, which the first feature tells.
    private void Sample(int batch)
    {
        for (int r = 0; r < batch; r++)
        {
            _user[r] = _sampling.Next(Users);
            _positive[r] = _sampling.Next(Items / 2);
            _negative[r] = (Items / 2) + _sampling.Next(Items / 2);
        }
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        _tape.Dispose();
        _device.Dispose();
        _features.Dispose();
        foreach (Parameter parameter in Parameters) parameter.Dispose();
    }
}
