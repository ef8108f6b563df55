using System.Numerics;
using System.Runtime.InteropServices;

namespace Tessera.Compute.Random;

/// <summary>A seeded random number generator (xoshiro256**) with named, independent streams.</summary>
public sealed class Rng
{
    private readonly ulong _seed;
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;
    private float _spare = float.NaN;

    /// <summary>Creates a generator; the same seed gives the same numbers.</summary>
    public Rng(ulong seed)
    {
        _seed = seed;
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    /// <summary>A generator that depends on this one's seed and the name only, not on what was drawn before.</summary>
    public Rng Stream(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ulong hash = 14695981039346656037UL;
        foreach (byte b in MemoryMarshal.AsBytes(name.AsSpan())) hash = (hash ^ b) * 1099511628211UL;
        hash ^= _seed;
        return new Rng(SplitMix(ref hash));
    }

    /// <summary>Next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform in 0..<paramref name="exclusiveMax"/>-1.</summary>
    public int Next(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMax);
        return (int)Math.BigMul(NextUInt64(), (ulong)exclusiveMax, out _);
    }

    /// <summary>Uniform in [0, 1), 24 bits.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Standard normal.</summary>
    public float NextGaussian()
    {
        if (!float.IsNaN(_spare))
        {
            float spare = _spare;
            _spare = float.NaN;
            return spare;
        }

        float radius = MathF.Sqrt(-2f * MathF.Log(1f - NextSingle()));
        (float sin, float cos) = MathF.SinCos(MathF.Tau * NextSingle());
        _spare = radius * sin;
        return radius * cos;
    }

    /// <summary>Puts the values in a uniformly random order.</summary>
    public void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
