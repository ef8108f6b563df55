using Tessera.Recommendation.Sampling;
using TorchSharp;
using static TorchSharp.torch;

namespace Tessera.Peer;

/// <summary>The same model in libtorch, from the same parameters, trained by its Adam with default arguments.</summary>
internal sealed class TorchSide : ISide
{
    private readonly TorchModel _model;
    private readonly TorchEvaluation _evaluation;
    private readonly optim.Optimizer _adam;
    private Tensor? _users;
    private Tensor? _items;

    public TorchSide(string model, OurSide ours)
    {
        _model = model switch
        {
            "mf" => new TorchMf(ours),
            "lightgcn" => new TorchLightGcn(ours),
            _ => new TorchLirdRec(ours),
        };
        _adam = optim.Adam(_model.Parameters, lr: ours.LearningRate);
        _evaluation = new TorchEvaluation(ours.Data);
    }

    public double Step(Batch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor loss = _model.Loss(tensor(batch.Users.ToArray()), tensor(batch.Positives.ToArray()), tensor(batch.Negatives.ToArray()));
        _adam.zero_grad();
        loss.backward();
        _adam.step();
        return loss.item<float>();
    }

    public void Represent()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable evaluating = no_grad();
        _users?.Dispose();
        _items?.Dispose();
        (Tensor users, Tensor items) = _model.Forward();
        (_users, _items) = (users.alias().MoveToOuterDisposeScope(), items.alias().MoveToOuterDisposeScope());
    }

    public double[] Evaluate() => _evaluation.Evaluate(_users!, _items!);

    public void Dispose()
    {
        _users?.Dispose();
        _items?.Dispose();
        _adam.Dispose();
    }
}
