using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Optimizers;

/// <summary>Stochastic gradient descent, <c>p ← p - rate (g + decay · p)</c>.</summary>
public sealed class Sgd : Optimizer
{
    private readonly Device _device;
    private readonly float _weightDecay;

    /// <summary>Takes note of the parameters.</summary>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="parameters">What to optimize.</param>
    /// <param name="learningRate">Learning rate, 0 or more.</param>
    /// <param name="weightDecay">L2 weight decay, 0 or more.</param>
    public Sgd(Device device, IReadOnlyList<Parameter> parameters, float learningRate, float weightDecay = 0f)
        : base(parameters, learningRate)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        _device = device;
        _weightDecay = weightDecay;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Matrix Value)> State => [];

    /// <inheritdoc/>
    public override void Step()
    {
        for (int i = 0; i < Parameters.Count; i++) // an enumerator would be allocated
        {
            Parameter parameter = Parameters[i];
            if (parameter.Gradient is not { } gradient) continue;
            _device.Combine(1f - (LearningRate * _weightDecay), parameter.Value, -LearningRate, gradient, parameter.Value);
        }
    }
}
