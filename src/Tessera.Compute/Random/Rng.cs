using System.Numerics;

namespace Tessera.Compute.Random;

/// <summary>A seeded random generator: xoshiro256** (Blackman and Vigna, 2021), seeded through SplitMix64.</summary>
/// <remarks>
/// The same seed gives the same numbers on every machine and run. Drawing allocates nothing. Not safe for use by
/// several threads at once; give each its own <see cref="Stream"/>.
/// </remarks>
public sealed class Rng
{
    private readonly ulong _seed;
    private RngState _state;

    /// <summary>Starts the generator of a seed; any seed is good, 0 included.</summary>
    public Rng(ulong seed)
    {
        _seed = seed;
        ulong counter = seed;
        _state = new RngState(
            SplitMix64.Next(ref counter),
            SplitMix64.Next(ref counter),
            SplitMix64.Next(ref counter),
            SplitMix64.Next(ref counter));
    }

    /// <summary>What the next numbers depend on; setting a saved state repeats the numbers that followed it.</summary>
    /// <remarks>Named streams derive from the seed and not from this state.</remarks>
    /// <exception cref="ArgumentException">All four words are zero, from which xoshiro256** never leaves.</exception>
    public RngState State
    {
        get => _state;
        set
        {
            if (value == default) throw new ArgumentException("The state of a generator cannot be all zero.", nameof(value));
            _state = value;
        }
    }

    /// <summary>
    /// An independent generator, determined by this one's seed and the name alone, however many numbers were drawn
    /// before; streams of streams form paths, and the order of the names in a path matters.
    /// </summary>
    /// <param name="name">Name of the purpose, such as <c>sampling</c>.</param>
    public Rng Stream(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new Rng(SplitMix64.Mix(SplitMix64.Mix(_seed + 1) ^ Hash(name)));
    }

    /// <summary>Uniform over all 64-bit words.</summary>
    public ulong NextUInt64()
    {
        (ulong s0, ulong s1, ulong s2, ulong s3) = _state;
        ulong result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        s2 ^= s0;
        s3 ^= s1;
        _state = new RngState(s0 ^ s3, s1 ^ s2, s2 ^ (s1 << 17), BitOperations.RotateLeft(s3, 45));
        return result;
    }

    /// <summary>Uniform in 0..exclusiveMax-1, without bias (Lemire, 2019).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMax"/> is below 1.</exception>
    public int Next(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMax);
        uint range = (uint)exclusiveMax;
        ulong product = (NextUInt64() >> 32) * range;
        if ((uint)product < range)
        {
            uint threshold = (0u - range) % range;
            while ((uint)product < threshold) product = (NextUInt64() >> 32) * range;
        }

        return (int)(product >> 32);
    }

    /// <summary>Uniform in [0, 1): one of the 2^24 multiples of 2^-24.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in [0, 1): one of the 2^53 multiples of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1d / (1L << 53));

    /// <summary>Normally distributed with mean 0 and variance 1, by the Box-Muller transform of two uniform numbers.</summary>
    /// <remarks>The second of the pair is dropped, so that <see cref="State"/> is the whole state.</remarks>
    public float NextGaussian()
    {
        double radius = Math.Sqrt(-2d * Math.Log(1d - NextDouble()));
        return (float)(radius * Math.Cos(2d * Math.PI * NextDouble()));
    }

    /// <summary>Puts the values in a uniformly random order (Fisher-Yates).</summary>
    public void Shuffle(Span<int> values)
    {
        for (int last = values.Length - 1; last > 0; last--)
        {
            int chosen = Next(last + 1);
            (values[last], values[chosen]) = (values[chosen], values[last]);
        }
    }

    /// <summary>FNV-1a of the UTF-16 code units, each taken as one symbol.</summary>
    private static ulong Hash(string name)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char symbol in name) hash = (hash ^ symbol) * 0x100000001B3;
        return hash;
    }
}
