using Tessera.Models;
using Tessera.Recommendation.Graphs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tessera.Peer;

/// <summary><see cref="LightGcn"/> in PyTorch.</summary>
internal sealed class TorchLightGcn : TorchModel
{
    private readonly LightGcnOptions _options = new();
    private readonly Tensor _graph;
    private readonly Embedding _users;
    private readonly Embedding _items;

    public TorchLightGcn(OurSide ours)
    {
        _graph = Sparse(BipartiteGraph.Normalized(ours.Data.Train));
        _users = Table(ours.Parameter("users"));
        _items = Table(ours.Parameter("items"));
    }

    public override Tensor Loss(Tensor users, Tensor positives, Tensor negatives)
    {
        (Tensor finalUsers, Tensor finalItems) = Forward();
        Tensor bpr = TorchMf.GuardedBpr(
            finalUsers.index_select(0, users), finalItems.index_select(0, positives), finalItems.index_select(0, negatives));
        Tensor norms = _users.forward(users).norm() + _items.forward(positives).norm() + _items.forward(negatives).norm();
        return bpr + (_options.Regularization / users.shape[0] * norms);
    }

    public override (Tensor Users, Tensor Items) Forward()
    {
        Tensor layer = cat([_users.weight!, _items.weight!]), sum = layer;
        for (int l = 0; l < _options.Layers; l++)
        {
            layer = mm(_graph, layer);
            sum += layer;
        }

        Tensor[] parts = (sum / (_options.Layers + 1)).split([_users.weight!.shape[0], _items.weight!.shape[0]]);
        return (parts[0], parts[1]);
    }
}
