namespace Tessera.Compute.Kernels;

/// <summary>
/// The k highest of a row of scores, highest first; equal scores rank by index, lowest first. Scores of −∞ (masked) and NaN are never
/// selected; −0 counts, and is returned, as 0.
/// </summary>
/// <remarks>
/// Two passes over the row: the first takes the maxima of at least 2k groups of scores, whose k-th highest is a bound that at least k
/// scores reach; the second collects the scores that reach it, of which there are about 1.4k when scores come in no particular order.
/// Those few are sorted, as 64-bit keys that order by score and then by index.
/// </remarks>
internal static partial class TopK
{
    private const int WidestVector = 16;

    /// <summary>Number of keys of scratch that a selection of k from rows of n scores needs.</summary>
    public static int ScratchLength(int n, int k) => (int)Math.Min((long)n + k + WidestVector, 64 + (4L * k));

    /// <summary>Sets some scores of a row to −∞, so that they are never selected.</summary>
    /// <param name="row">Scores.</param>
    /// <param name="columns">Indices into the row, in any order.</param>
    public static void Mask(Span<float> row, ReadOnlySpan<int> columns)
    {
        foreach (int column in columns) row[column] = float.NegativeInfinity;
    }

    /// <summary>Selects the k highest of a row, k being the length of <paramref name="indices"/>.</summary>
    /// <param name="scores">The row of n scores.</param>
    /// <param name="indices">Receives the indices of the selected scores.</param>
    /// <param name="values">Receives the selected scores, as many as indices.</param>
    /// <param name="scratch">At least <c>ScratchLength(n, k)</c> keys, overwritten.</param>
    /// <param name="width">Vectors to use.</param>
    /// <returns>How many were selected: k, or the number of scores above −∞ if that is less.</returns>
    public static int Select(ReadOnlySpan<float> scores, Span<int> indices, Span<float> values, Span<ulong> scratch, SimdWidth width)
    {
        int k = indices.Length;
        if (values.Length != k)
            throw new ArgumentException($"There is room for {k} indices but for {values.Length} scores.", nameof(values));
        if (scratch.Length < ScratchLength(scores.Length, k))
            throw new ArgumentException($"Scratch holds {scratch.Length} keys; {ScratchLength(scores.Length, k)} are needed.", nameof(scratch));
        if (k == 0 || scores.IsEmpty) return 0;
        float limit = ScoreBelow(Bound(scores, k, scratch, width));
        int found = Collect(scores, limit, k, scratch, width);
        return Write(scratch[..found], indices, values);
    }

    /// <summary>The greatest score below a bound, so that scores above it are those that reach the bound.</summary>
    private static float ScoreBelow(float bound) => MathF.BitDecrement(bound);

    /// <summary>Sorts keys and writes the first k out.</summary>
    private static int Write(Span<ulong> keys, Span<int> indices, Span<float> values)
    {
        keys.Sort();
        int count = Math.Min(keys.Length, indices.Length);
        for (int i = 0; i < count; i++)
        {
            indices[i] = (int)(uint)keys[i];
            values[i] = Score(keys[i]);
        }

        return count;
    }

    /// <summary>A number that orders by score, highest first, and then by index, lowest first.</summary>
    public static ulong Key(float score, int index)
    {
        uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
        uint descending = (int)bits < 0 ? bits : ~(bits | 0x8000_0000);
        return ((ulong)descending << 32) | (uint)index;
    }

    /// <summary>The score of a <see cref="Key"/>; the index is its lower half.</summary>
    public static float Score(ulong key)
    {
        uint descending = (uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle((int)descending < 0 ? descending : ~descending & 0x7FFF_FFFF);
    }
}
