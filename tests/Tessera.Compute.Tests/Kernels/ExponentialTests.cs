using System.Runtime.Intrinsics;
using Tessera.Compute.Kernels;

namespace Tessera.Compute.Tests.Kernels;

public sealed class ExponentialTests
{
    [Fact]
    public void Every_width_is_within_three_units_in_the_last_place()
    {
        Check<Simd512, Vector512<float>>(v => v[0]);
        Check<Simd256, Vector256<float>>(v => v[0]);
        Check<Simd128, Vector128<float>>(v => v[0]);
        Check<SimdScalar, float>(v => v);
    }

    [Fact]
    public void Zero_gives_one_and_nothing_is_below_the_smallest()
    {
        Assert.Equal(1f, Exponential.Of<SimdScalar, float>(0f));
        float smallest = Exponential.Of<SimdScalar, float>(-87f);
        Assert.InRange(smallest, 1.1e-38f, 2e-38f);
        Assert.Equal(smallest, Exponential.Of<SimdScalar, float>(-1000f));
        Assert.Equal(smallest, Exponential.Of<SimdScalar, float>(float.NegativeInfinity));
    }

    [Fact]
    public void Every_width_gives_NaN_of_NaN()
    {
        Assert.Equal(float.NaN, Exponential.Of<Simd512, Vector512<float>>(Vector512.Create(float.NaN))[0]);
        Assert.Equal(float.NaN, Exponential.Of<Simd256, Vector256<float>>(Vector256.Create(float.NaN))[0]);
        Assert.Equal(float.NaN, Exponential.Of<Simd128, Vector128<float>>(Vector128.Create(float.NaN))[0]);
        Assert.Equal(float.NaN, Exponential.Of<SimdScalar, float>(float.NaN));
    }

    private static void Check<TSimd, TVector>(Func<TVector, float> first)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (float x = -87f; x <= 88f; x += 0.00371f)
        {
            double expected = Math.Exp(x);
            float actual = first(Exponential.Of<TSimd, TVector>(TSimd.Broadcast(x)));
            Assert.True(Math.Abs(actual - expected) <= 3 * (MathF.BitIncrement((float)expected) - (float)expected), $"exp({x:R}) = {actual:R}, expected {expected:R}");
        }
    }
}
