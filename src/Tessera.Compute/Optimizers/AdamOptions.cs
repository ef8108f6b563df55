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
}
