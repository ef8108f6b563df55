using Tessera.Compute.Random;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Layers;

/// <summary>Random initial values. For weights <c>[in x out]</c>, fan-in is the number of rows, fan-out that of columns.</summary>
public static class Initializers
{
    /// <summary>Normal with variance <c>2 / (fan-in + fan-out)</c> (Glorot and Bengio, 2010).</summary>
    public static Matrix XavierNormal(this Matrix matrix, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(rng);
        float deviation = MathF.Sqrt(2f / (matrix.Rows + matrix.Columns));
        foreach (ref float value in matrix.Span) value = deviation * rng.NextGaussian();
        return matrix;
    }

    /// <summary>Uniform in ±√(6 / (fan-in + fan-out)) (Glorot and Bengio, 2010).</summary>
    public static Matrix XavierUniform(this Matrix matrix, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return matrix.Uniform(MathF.Sqrt(6f / (matrix.Rows + matrix.Columns)), rng);
    }

    /// <summary>Uniform in ±1/√fan-in: what PyTorch's Linear gives its weight and its bias.</summary>
    /// <param name="matrix">The weight or the bias.</param>
    /// <param name="fanIn">Inputs of the layer, 1 or more.</param>
    /// <param name="rng">Source of randomness.</param>
    public static Matrix LinearDefault(this Matrix matrix, int fanIn, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fanIn, 1);
        return matrix.Uniform(1f / MathF.Sqrt(fanIn), rng);
    }

    private static Matrix Uniform(this Matrix matrix, float limit, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(rng);
        foreach (ref float value in matrix.Span) value = limit * ((2f * rng.NextSingle()) - 1f);
        return matrix;
    }
}
