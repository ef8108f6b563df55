using Tessera.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tessera.Peer;

/// <summary><see cref="Mf"/> in PyTorch.</summary>
internal sealed class TorchMf : TorchModel
{
    private readonly float _regularization = new MfOptions().Regularization;
    private readonly Embedding _users;
    private readonly Embedding _items;

    public TorchMf(OurSide ours)
    {
        _users = Table(ours.Parameter("users"));
        _items = Table(ours.Parameter("items"));
    }

    public override Tensor Loss(Tensor users, Tensor positives, Tensor negatives)
    {
        Tensor u = _users.forward(users), i = _items.forward(positives), j = _items.forward(negatives);
        return GuardedBpr(u, i, j) + (_regularization / users.shape[0] * (u.norm() + i.norm() + j.norm()));
    }

    public override (Tensor Users, Tensor Items) Forward() => (_users.weight!, _items.weight!);

    /// <summary><c>mean -ln(1e-10 + σ(u·i - u·j))</c>.</summary>
    public static Tensor GuardedBpr(Tensor u, Tensor i, Tensor j) => -(sigmoid((u * (i - j)).sum(1)) + 1e-10).log().mean();
}
