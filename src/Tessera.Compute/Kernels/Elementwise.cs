using System.Runtime.CompilerServices;

namespace Tessera.Compute.Kernels;

/// <summary>What is done to each element by itself.</summary>
internal interface IElementwise
{
    /// <summary>Does it to a vector of elements from number <paramref name="i"/> on.</summary>
    void At<TSimd, TVector>(int i)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged;
}

/// <summary>The loop over a range of elements: vectors, then what remains one by one.</summary>
internal readonly struct Elements<TStep>(TStep step) : IKernel
    where TStep : unmanaged, IElementwise
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TStep local = step;
        int i = from;
        for (; i <= to - TSimd.Width; i += TSimd.Width) local.At<TSimd, TVector>(i);
        for (; i < to; i++) local.At<SimdScalar, float>(i);
    }
}

/// <summary><c>y = α a + β b</c>, or <c>y += α a + β b</c>.</summary>
internal readonly unsafe struct LinearCombination(float alpha, float* a, float beta, float* b, float* y, bool accumulate) : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void At<TSimd, TVector>(int i)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector part = TSimd.Multiply(TSimd.Broadcast(beta), TSimd.Load(b + i));
        TVector value = TSimd.MultiplyAdd(TSimd.Broadcast(alpha), TSimd.Load(a + i), part);
        TSimd.Store(y + i, accumulate ? TSimd.Add(TSimd.Load(y + i), value) : value);
    }
}

/// <summary><c>y = α x</c>, or <c>y += α x</c>.</summary>
internal readonly unsafe struct Scaling(float alpha, float* x, float* y, bool accumulate) : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void At<TSimd, TVector>(int i)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector value = TSimd.Multiply(TSimd.Broadcast(alpha), TSimd.Load(x + i));
        TSimd.Store(y + i, accumulate ? TSimd.Add(TSimd.Load(y + i), value) : value);
    }
}

/// <summary><c>y = a ∘ b</c>, or <c>y += a ∘ b</c>.</summary>
internal readonly unsafe struct Multiplication(float* a, float* b, float* y, bool accumulate) : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void At<TSimd, TVector>(int i)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector value = TSimd.Multiply(TSimd.Load(a + i), TSimd.Load(b + i));
        TSimd.Store(y + i, accumulate ? TSimd.Add(TSimd.Load(y + i), value) : value);
    }
}

/// <summary><c>y = α</c>, or <c>y += α</c>.</summary>
internal readonly unsafe struct Filling(float alpha, float* y, bool accumulate) : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void At<TSimd, TVector>(int i)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector value = TSimd.Broadcast(alpha);
        TSimd.Store(y + i, accumulate ? TSimd.Add(TSimd.Load(y + i), value) : value);
    }
}

/// <summary>Gradient of LeakyReLU from its output's sign: <c>dx = dy</c> where <c>y &gt; 0</c>, else <c>slope dy</c>.</summary>
internal readonly unsafe struct LeakyReluGradient(float slope, float* y, float* dy, float* dx) : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void At<TSimd, TVector>(int i)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector gradient = TSimd.Load(dy + i);
        TSimd.Store(dx + i, TSimd.SelectPositive(TSimd.Load(y + i), gradient, TSimd.Multiply(TSimd.Broadcast(slope), gradient)));
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
