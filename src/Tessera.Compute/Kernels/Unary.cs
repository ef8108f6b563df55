namespace Tessera.Compute.Kernels;

/// <summary>A function of one number and its derivative.</summary>
internal interface IUnary
{
    static abstract float Value(float x);

    /// <summary>Derivative at x, where the function is y.</summary>
    static abstract float Slope(float x, float y);
}

/// <summary><c>y = f(x)</c> for each element.</summary>
internal readonly unsafe struct Map<TFunction>(float* x, float* y) : IKernel
    where TFunction : struct, IUnary
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int i = from; i < to; i++) y[i] = TFunction.Value(x[i]);
    }
}

/// <summary><c>dx = f'(x) dy</c>, or added, for each element.</summary>
internal readonly unsafe struct MapGradient<TFunction>(float* x, float* y, float* dy, float* dx, bool accumulate) : IKernel
    where TFunction : struct, IUnary
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int i = from; i < to; i++)
        {
            float value = TFunction.Slope(x[i], y[i]) * dy[i];
            dx[i] = accumulate ? dx[i] + value : value;
        }
    }
}

/// <summary><c>σ(x) = 1 / (1 + e^-x)</c>; derivative <c>y (1 - y)</c>.</summary>
internal readonly struct Sigmoid : IUnary
{
    public static float Value(float x) => (float)(1 / (1 + Math.Exp(-x)));

    public static float Slope(float x, float y) => y * (1f - y);
}

/// <summary>Hyperbolic tangent; derivative <c>1 - y²</c>.</summary>
internal readonly struct Tanh : IUnary
{
    public static float Value(float x) => MathF.Tanh(x);

    public static float Slope(float x, float y) => 1f - (y * y);
}

/// <summary><c>e^x</c>; derivative y.</summary>
internal readonly struct Exp : IUnary
{
    public static float Value(float x) => MathF.Exp(x);

    public static float Slope(float x, float y) => y;
}

/// <summary>Natural logarithm; derivative <c>1 / x</c>.</summary>
internal readonly struct Log : IUnary
{
    public static float Value(float x) => MathF.Log(x);

    public static float Slope(float x, float y) => 1f / x;
}

/// <summary><c>1 / √x</c> above zero, else 0; derivative <c>-y³ / 2</c>.</summary>
internal readonly struct InverseSqrt : IUnary
{
    public static float Value(float x) => x > 0f ? 1f / MathF.Sqrt(x) : 0f;

    public static float Slope(float x, float y) => -0.5f * y * y * y;
}

/// <summary><c>max(x, 0)</c>; derivative 1 above zero, else 0.</summary>
internal readonly struct Relu : IUnary
{
    public static float Value(float x) => MathF.Max(x, 0f);

    public static float Slope(float x, float y) => x > 0f ? 1f : 0f;
}

/// <summary><c>log σ(x)</c> without overflow; derivative <c>σ(-x)</c>.</summary>
internal readonly struct LogSigmoid : IUnary
{
    public static float Value(float x) => (float)(Math.Min(0d, x) - double.LogP1(Math.Exp(-Math.Abs((double)x))));

    public static float Slope(float x, float y) => Sigmoid.Value(-x);
}

/// <summary><c>log(1e-10 + σ(x))</c>, never below -23.1; derivative <c>σ(x) σ(-x) / (1e-10 + σ(x))</c>.</summary>
internal readonly struct GuardedLogSigmoid : IUnary
{
    private const double Guard = 1e-10;

    public static float Value(float x) => (float)Math.Log(Guard + (1 / (1 + Math.Exp(-x))));

    public static float Slope(float x, float y)
    {
        double sigmoid = 1 / (1 + Math.Exp(-x));
        return (float)(sigmoid / (1 + Math.Exp(x)) / (Guard + sigmoid));
    }
}
