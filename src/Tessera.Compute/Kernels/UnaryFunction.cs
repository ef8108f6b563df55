namespace Tessera.Compute.Kernels;

/// <summary>A function of one number, applied to each element of a matrix.</summary>
public enum UnaryFunction
{
    /// <summary><c>σ(x) = 1 / (1 + e^-x)</c>; derivative <c>y (1 - y)</c>.</summary>
    Sigmoid,

    /// <summary>Hyperbolic tangent; derivative <c>1 - y²</c>.</summary>
    Tanh,

    /// <summary><c>e^x</c>; derivative y.</summary>
    Exp,

    /// <summary>Natural logarithm; derivative <c>1 / x</c>.</summary>
    Log,

    /// <summary><c>1 / √x</c> above zero, else 0; derivative <c>-y³ / 2</c>.</summary>
    InverseSqrt,

    /// <summary><c>max(x, 0)</c>; derivative 1 above zero, else 0.</summary>
    Relu,

    /// <summary><c>log σ(x)</c> without overflow; derivative <c>σ(-x)</c>.</summary>
    LogSigmoid,

    /// <summary><c>log(1e-10 + σ(x))</c>, never below -23.1; derivative <c>σ(x) σ(-x) / (1e-10 + σ(x))</c>.</summary>
    GuardedLogSigmoid,
}
