using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Optimizers;

/// <summary>
/// Adam (Kingma and Ba, 2015) with bias correction, as PyTorch computes it, with L2 weight decay. A parameter without a
/// gradient in a step stays as it is.
/// </summary>
public sealed class Adam : IDisposable
{
    private readonly Device _device;
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly AdamOptions _options;
    private readonly Matrix[] _firstMoments;
    private readonly Matrix[] _secondMoments;
    private readonly Matrix _steps; // a parameter's own count, [parameters x 2]: low and high 16 bits, exact in float32

    /// <summary>Starts with zero moments.</summary>
    /// <param name="device">Does the steps.</param>
    /// <param name="parameters">What to optimize; not disposed with the optimizer.</param>
    /// <param name="options">Constants.</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
    public Adam(Device device, IReadOnlyList<Parameter> parameters, AdamOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _device = device;
        _parameters = parameters;
        _options = options;
        LearningRate = options.LearningRate;
        _firstMoments = [.. parameters.Select(p => new Matrix(p.Value.Rows, p.Value.Columns))];
        _secondMoments = [.. parameters.Select(p => new Matrix(p.Value.Rows, p.Value.Columns))];
        _steps = new Matrix(parameters.Count, 2);
    }

    /// <summary>Learning rate of the next step.</summary>
    public float LearningRate { get; set; }

    /// <summary>The optimizer's memory by name, to be saved and, after loading into these very matrices, continued from.</summary>
    public IReadOnlyList<(string Name, Matrix Value)> State =>
    [
        .. _parameters.Select((p, i) => ($"{p.Name}.first_moment", _firstMoments[i])),
        .. _parameters.Select((p, i) => ($"{p.Name}.second_moment", _secondMoments[i])),
        ("steps", _steps),
    ];

    /// <summary>One step by the gradients the tape has left on the parameters.</summary>
    public void Step()
    {
        for (int i = 0; i < _parameters.Count; i++)
        {
            Parameter parameter = _parameters[i];
            if (parameter.Gradient is not { } gradient) continue;
            int step = NextStep(i);
            double firstCorrection = 1 - Math.Pow(_options.Beta1, step), secondCorrection = 1 - Math.Pow(_options.Beta2, step);
            var constants = new AdamConstants(
                Rate: (float)(LearningRate / firstCorrection),
                RootScale: (float)(1 / Math.Sqrt(secondCorrection)),
                _options.Beta1,
                _options.Beta2,
                _options.Epsilon,
                L2: _options.WeightDecay);
            _device.Adam(parameter.Value, gradient, _firstMoments[i], _secondMoments[i], constants);
        }
    }

    /// <summary>Frees the moments.</summary>
    public void Dispose()
    {
        foreach (Matrix moment in _firstMoments) moment.Dispose();
        foreach (Matrix moment in _secondMoments) moment.Dispose();
        _steps.Dispose();
    }

    private int NextStep(int parameter)
    {
        Span<float> count = _steps.Row(parameter);
        int step = ((int)count[1] << 16) + (int)count[0] + 1;
        (count[0], count[1]) = (step & 0xFFFF, step >> 16);
        return step;
    }
}
