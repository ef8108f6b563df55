namespace Tessera.Compute.Kernels;

/// <summary><c>y = α a + β b</c>, or <c>y += α a + β b</c>.</summary>
internal readonly unsafe struct LinearCombination(float alpha, float* a, float beta, float* b, float* y, bool accumulate) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector alphas = TSimd.Broadcast(alpha), betas = TSimd.Broadcast(beta);
        int i = from;
        for (; i + TSimd.Width <= to; i += TSimd.Width)
        {
            TVector value = TSimd.MultiplyAdd(alphas, TSimd.Load(a + i), TSimd.Multiply(betas, TSimd.Load(b + i)));
            TSimd.Store(y + i, accumulate ? TSimd.Add(TSimd.Load(y + i), value) : value);
        }

        for (; i < to; i++)
        {
            float value = float.MultiplyAddEstimate(alpha, a[i], beta * b[i]);
            y[i] = accumulate ? y[i] + value : value;
        }
    }
}

/// <summary><c>y = α x</c>, or <c>y += α x</c>.</summary>
internal readonly unsafe struct Scaling(float alpha, float* x, float* y, bool accumulate) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector alphas = TSimd.Broadcast(alpha);
        int i = from;
        for (; i + TSimd.Width <= to; i += TSimd.Width)
        {
            TVector value = TSimd.Multiply(alphas, TSimd.Load(x + i));
            TSimd.Store(y + i, accumulate ? TSimd.Add(TSimd.Load(y + i), value) : value);
        }

        for (; i < to; i++) y[i] = accumulate ? y[i] + (alpha * x[i]) : alpha * x[i];
    }
}

/// <summary><c>y = a ∘ b</c>, or <c>y += a ∘ b</c>.</summary>
internal readonly unsafe struct Multiplication(float* a, float* b, float* y, bool accumulate) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        int i = from;
        for (; i + TSimd.Width <= to; i += TSimd.Width)
        {
            TVector value = TSimd.Multiply(TSimd.Load(a + i), TSimd.Load(b + i));
            TSimd.Store(y + i, accumulate ? TSimd.Add(TSimd.Load(y + i), value) : value);
        }

        for (; i < to; i++) y[i] = accumulate ? y[i] + (a[i] * b[i]) : a[i] * b[i];
    }
}

/// <summary><c>y = value</c>, or <c>y += value</c>.</summary>
internal readonly unsafe struct Filling(float value, float* y, bool accumulate) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector values = TSimd.Broadcast(value);
        int i = from;
        for (; i + TSimd.Width <= to; i += TSimd.Width)
            TSimd.Store(y + i, accumulate ? TSimd.Add(TSimd.Load(y + i), values) : values);
        for (; i < to; i++) y[i] = accumulate ? y[i] + value : value;
    }
}

/// <summary>Gradient of LeakyReLU from its output's sign: <c>dx = dy</c> where <c>y &gt; 0</c>, else <c>slope dy</c>.</summary>
internal readonly unsafe struct LeakyReluGradient(float slope, float* y, float* dy, float* dx) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector slopes = TSimd.Broadcast(slope);
        int i = from;
        for (; i + TSimd.Width <= to; i += TSimd.Width)
        {
            TVector gradient = TSimd.Load(dy + i);
            TSimd.Store(dx + i, TSimd.SelectPositive(TSimd.Load(y + i), gradient, TSimd.Multiply(slopes, gradient)));
        }

        for (; i < to; i++) dx[i] = y[i] > 0f ? dy[i] : slope * dy[i];
    }
}

/// <summary>
/// <c>y = LeakyReLU(x + bias)</c> on rows at the distance <paramref name="stride"/>; a slope of 1 leaves the sum as it is.
/// Ranges are rows.
/// </summary>
internal readonly unsafe struct BiasActivation(float* x, int stride, int columns, float* bias, float slope, float* y) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector slopes = TSimd.Broadcast(slope);
        for (int row = from; row < to; row++)
        {
            float* source = x + ((nint)row * stride), target = y + ((nint)row * stride);
            int i = 0;
            for (; i + TSimd.Width <= columns; i += TSimd.Width)
            {
                TVector value = TSimd.Load(source + i);
                if (bias is not null) value = TSimd.Add(value, TSimd.Load(bias + i));
                TSimd.Store(target + i, TSimd.SelectPositive(value, value, TSimd.Multiply(slopes, value)));
            }

            for (; i < columns; i++)
            {
                float value = bias is null ? source[i] : source[i] + bias[i];
                target[i] = value > 0f ? value : slope * value;
            }
        }
    }
}
