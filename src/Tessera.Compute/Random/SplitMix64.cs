namespace Tessera.Compute.Random;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, 2014): a counter and a mixing function. It seeds <see cref="Rng"/> and serves where numbers
/// are wanted by position.
/// </summary>
internal static class SplitMix64
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    /// <summary>Moves the counter on and returns its mixed value.</summary>
    public static ulong Next(ref ulong counter)
    {
        counter += Increment;
        return Mix(counter);
    }

    /// <summary>Number <paramref name="index"/> of a seed's sequence, uniform in [0, 1): one of the 2^24 multiples of 2^-24.</summary>
    public static float At(ulong seed, long index) => (Mix(seed + ((ulong)(index + 1) * Increment)) >> 40) * (1f / (1 << 24));

    /// <summary>A bijection of 64-bit words in which every input bit moves about half of the output bits.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
