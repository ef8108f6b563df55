using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Models;
using Tessera.Recommendation.Graphs;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Tessera.Peer;

/// <summary>
/// <see cref="LirdRec"/> in PyTorch. The cosine transform is taken of the features once, before training, as the released program does.
/// </summary>
internal sealed class TorchLirdRec : TorchModel
{
    private readonly LirdRecOptions _options = new();
    private readonly Tensor _graph;
    private readonly Tensor _itemGraph;
    private readonly Tensor[] _features; // a modality's each, then the transformed ones of all side by side
    private readonly Tensor[] _preferences;
    private readonly Layer[] _hidden;
    private readonly Layer[] _output;
    private readonly Layer[] _fusionHidden;
    private readonly Layer[] _fusionOutput;
    private readonly Tensor _target;
    private readonly float _netShare;
    private readonly float _targetShare;

    public TorchLirdRec(OurSide ours)
    {
        IReadOnlyList<Modality> modalities = ours.Data.Modalities;
        string[] chunks = [.. modalities.Select(m => m.Name), "shared"];
        _graph = Sparse(BipartiteGraph.Normalized(ours.Data.Train));
        _itemGraph = Sparse(ItemGraph.Frozen(
            modalities, ItemGraph.Weights(modalities, _options.ItemGraphWeights), _options.Neighbors, ours.Graphs));
        Tensor[] features = [.. modalities.Select(m => Dense(m.Features))];
        _features = [.. features, cat([.. features.Select(CosineTransform)], 1)];
        _preferences = [.. chunks.Select(c => Trained(ours.Parameter($"preference.{c}")))];
        _hidden = [.. chunks.Select(c => Linear($"{c}.hidden", bias: true))];
        _output = [.. chunks.Select(c => Linear($"{c}.output", bias: false))];
        _fusionHidden = [.. chunks.Select(c => Linear($"fusion.{c}.hidden", bias: true))];
        _fusionOutput = [.. chunks.Select(c => Linear($"fusion.{c}.output", bias: true))];
        _target = Trained(ours.Parameter("fusion.target"));
        (_netShare, _targetShare) = LirdRec.CopyingWeights(_options.DecayRate, _options.DecayBase, epoch: 1);

        Layer Linear(string name, bool bias)
        {
            Matrix? start = bias ? ours.Parameter($"{name}.bias") : null;
            return new Layer(TrainedWeight(ours.Parameter($"{name}.weight")), start is null ? null : Trained(start));
        }
    }

    public override Tensor Loss(Tensor users, Tensor positives, Tensor negatives)
    {
        (Tensor finalUsers, Tensor finalItems) = Forward();
        Tensor u = finalUsers.index_select(0, users);
        Tensor i = finalItems.index_select(0, positives), j = finalItems.index_select(0, negatives);
        Tensor bpr = -logsigmoid((u * (i - j)).sum(1)).mean();
        return bpr + (_options.Regularization * (finalUsers.square().mean() + finalItems.square().mean()));
    }

    public override (Tensor Users, Tensor Items) Forward()
    {
        int count = _preferences.Length;
        var items = new Tensor[count];
        for (int c = 0; c < count; c++) items[c] = _output[c].Apply(leaky_relu(_hidden[c].Apply(_features[c]), 0.01));
        Tensor layer = cat([cat([.. _preferences.Select(Unit)], 1), cat([.. items.Select(Unit)], 1)]), sum = layer;
        for (int l = 0; l < _options.Layers; l++)
        {
            layer = mm(_graph, layer);
            sum += layer;
        }

        Tensor[] parts = sum.split([_preferences[0].shape[0], items[0].shape[0]]);
        (Tensor users, Tensor carried) = (parts[0], parts[1]);
        for (int l = 0; l < _options.ItemLayers; l++) carried = mm(_itemGraph, carried);

        Tensor[] chunks = users.chunk(count, 1);
        Tensor nets = cat([.. chunks.Select((chunk, c) => _fusionOutput[c].Apply(leaky_relu(_fusionHidden[c].Apply(chunk), 0.01)))], 1);
        Tensor weights = ((_netShare * nets) + (_targetShare * _target)).softmax(1);
        Tensor weighted = users.view(users.shape[0], count, -1) * weights.unsqueeze(2);
        return (weighted.view(users.shape[0], -1), parts[1] + carried);
    }

    private static Tensor Unit(Tensor rows) => normalize(rows, dim: 1);

    /// <summary>Each row on a grid p x q, p the largest divisor of its length not above the root, <c>C_p X C_qᵀ</c>.</summary>
    private static Tensor CosineTransform(Tensor rows)
    {
        long length = rows.shape[1], p = (long)Math.Sqrt(length);
        while (length % p != 0) p--;
        Tensor grids = rows.view(rows.shape[0], p, length / p);
        return CosineMatrix(p).matmul(grids).matmul(CosineMatrix(length / p).t()).reshape(rows.shape[0], length);
    }

    /// <summary>The orthonormal transform of a length n, <c>√(2/n) cos(π (2c + 1) r / 2n)</c>, its first row over √2.</summary>
    private static Tensor CosineMatrix(long n)
    {
        Tensor row = arange(n, dtype: float64).unsqueeze(1), column = arange(n, dtype: float64);
        Tensor matrix = cos(row * ((2 * column) + 1) * (Math.PI / (2 * n))) * Math.Sqrt(2.0 / n);
        matrix[0] /= Math.Sqrt(2);
        return matrix.to(float32);
    }

    private sealed record Layer(Tensor Weight, Tensor? Bias)
    {
        public Tensor Apply(Tensor x) => linear(x, Weight, Bias);
    }
}
