using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Optimizers;

/// <summary>Adam (Kingma and Ba, 2015) with bias correction, as PyTorch computes it, with L2 or decoupled weight decay.</summary>
public sealed class Adam : Optimizer
{
    private readonly Device _device;
    private readonly AdamOptions _options;
    private readonly Matrix[] _firstMoments;
    private readonly Matrix[] _secondMoments;
    private readonly Matrix _steps; // a parameter's own count, [parameters x 2]: low and high 16 bits, exact in float32

    /// <summary>Starts with zero moments.</summary>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="parameters">What to optimize.</param>
    /// <param name="options">Constants.</param>
    public Adam(Device device, IReadOnlyList<Parameter> parameters, AdamOptions options)
        : base(parameters, (options ?? throw new ArgumentNullException(nameof(options))).LearningRate)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        _options = options;
        _firstMoments = [.. parameters.Select(p => device.Allocate(p.Value.Rows, p.Value.Columns))];
        _secondMoments = [.. parameters.Select(p => device.Allocate(p.Value.Rows, p.Value.Columns))];
        _steps = new Matrix(parameters.Count, 2);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Matrix Value)> State =>
    [
        .. Parameters.Select((p, i) => ($"{p.Name}.first_moment", _firstMoments[i])),
        .. Parameters.Select((p, i) => ($"{p.Name}.second_moment", _secondMoments[i])),
        ("steps", _steps),
    ];

    /// <inheritdoc/>
    public override void Step()
    {
        for (int i = 0; i < Parameters.Count; i++)
        {
            Parameter parameter = Parameters[i];
            if (parameter.Gradient is not { } gradient) continue;
            int step = NextStep(i);
            double firstCorrection = 1 - Math.Pow(_options.Beta1, step), secondCorrection = 1 - Math.Pow(_options.Beta2, step);
            bool decoupled = _options.DecoupledWeightDecay;
            var constants = new AdamConstants(
                Rate: (float)(LearningRate / firstCorrection),
                RootScale: (float)(1 / Math.Sqrt(secondCorrection)),
                _options.Beta1,
                _options.Beta2,
                _options.Epsilon,
                L2: decoupled ? 0f : _options.WeightDecay,
                Keep: decoupled ? 1f - (LearningRate * _options.WeightDecay) : 1f);
            _device.Adam(parameter.Value, gradient, _firstMoments[i], _secondMoments[i], constants);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (Matrix moment in _firstMoments) moment.Dispose();
            foreach (Matrix moment in _secondMoments) moment.Dispose();
            _steps.Dispose();
        }

        base.Dispose(disposing);
    }

    private int NextStep(int parameter)
    {
        Span<float> count = _steps.Row(parameter);
        int step = ((int)count[1] << 16) + (int)count[0] + 1;
        (count[0], count[1]) = (step & 0xFFFF, step >> 16);
        return step;
    }
}
