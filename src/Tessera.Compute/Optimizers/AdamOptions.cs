using System.Runtime.CompilerServices;

namespace Tessera.Compute.Optimizers;

/// <summary>Constants of <see cref="Adam"/>.</summary>
public sealed record AdamOptions
{
    /// <summary>Learning rate, 0 or more.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Decay of the first moment, in [0, 1).</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Decay of the second moment, in [0, 1).</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Added to the divisor, above 0.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>L2 weight decay, 0 or more.</summary>
    public float WeightDecay { get; init; }

    internal void Validate()
    {
        Require(LearningRate >= 0, LearningRate, "0 or more");
        Require(Beta1 is >= 0 and < 1, Beta1, "0 or more and below 1");
        Require(Beta2 is >= 0 and < 1, Beta2, "0 or more and below 1");
        Require(Epsilon > 0, Epsilon, "above 0");
        Require(WeightDecay >= 0, WeightDecay, "0 or more");
    }

    private static void Require(bool condition, float value, string expected, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!condition) throw new ArgumentOutOfRangeException(name, $"{name} is {value}; expected {expected}.");
    }
}
