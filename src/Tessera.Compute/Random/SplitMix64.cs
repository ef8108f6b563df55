namespace Tessera.Compute.Random;

/// <summary>SplitMix64 (Steele, Lea and Flood, 2014): a counter and a mixing function; it only seeds <see cref="Rng"/>.</summary>
internal static class SplitMix64
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    /// <summary>Moves the counter on and returns its mixed value.</summary>
    public static ulong Next(ref ulong counter)
    {
        counter += Increment;
        return Mix(counter);
    }

    /// <summary>A bijection of 64-bit words in which every input bit moves about half of the output bits.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
