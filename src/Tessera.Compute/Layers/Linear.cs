using Tessera.Compute.Autograd;
using Tessera.Compute.Ops;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Layers;

/// <summary>A fully connected layer, <c>y = x W + b</c>, initialized as PyTorch's default.</summary>
/// <remarks>The parameters are the caller's to dispose of.</remarks>
public sealed class Linear
{
    /// <summary>Creates weight <c>[in x out]</c> and, if asked for, bias <c>[1 x out]</c>, uniform in ±1/√in.</summary>
    /// <param name="name">Prefix of the parameters' names.</param>
    /// <param name="inputs">Width of the input.</param>
    /// <param name="outputs">Width of the output.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="rng">Source of randomness.</param>
    public Linear(string name, int inputs, int outputs, bool bias, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(rng);
        Weight = new Parameter($"{name}.weight", new Matrix(inputs, outputs).LinearDefault(inputs, rng));
        if (bias) Bias = new Parameter($"{name}.bias", new Matrix(1, outputs).LinearDefault(inputs, rng));
    }

    /// <summary>W, <c>[in x out]</c>.</summary>
    public Parameter Weight { get; }

    /// <summary>b, <c>[1 x out]</c>, or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>The layer's parameters.</summary>
    public IEnumerable<Parameter> Parameters => Bias is null ? [Weight] : [Weight, Bias];

    /// <summary>Applies the layer and LeakyReLU.</summary>
    /// <param name="tape">The tape of the step.</param>
    /// <param name="x">Input <c>[rows x in]</c>.</param>
    /// <param name="leakySlope">Slope below zero; 1 for no activation.</param>
    public Variable Apply(Tape tape, Variable x, float leakySlope = 1f)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return tape.Linear(x, tape.Use(Weight), Bias is null ? null : tape.Use(Bias), leakySlope);
    }
}
