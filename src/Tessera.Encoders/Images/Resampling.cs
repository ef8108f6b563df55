namespace Tessera.Encoders.Images;

/// <summary>Brings an image to a square of fixed size by area averaging: each target pixel is the mean of what it covers.</summary>
internal static class Resampling
{
    /// <summary>The image stretched or shrunk to <paramref name="size"/> x <paramref name="size"/>; its proportions are not kept.</summary>
    /// <returns>Red, green and blue, 0 to 255: <c>[size x size x 3]</c>.</returns>
    public static float[] ToSquare(RgbImage image, int size)
    {
        Tap[] columns = Taps(image.Width, size);
        var result = new float[size * size * 3];
        var row = new float[size * 3];
        int averaged = -1;
        foreach (Tap tap in Taps(image.Height, size))
        {
            if (tap.Source != averaged)
            {
                averaged = tap.Source;
                AverageRow(image.Pixels.Slice(averaged * image.Width * 3, image.Width * 3), columns, row);
            }

            Span<float> target = result.AsSpan(tap.Target * row.Length, row.Length);
            for (int i = 0; i < row.Length; i++) target[i] += tap.Weight * row[i];
        }

        return result;
    }

    private static void AverageRow(ReadOnlySpan<byte> source, Tap[] columns, float[] row)
    {
        Array.Clear(row);
        foreach (Tap tap in columns)
        {
            int from = tap.Source * 3, to = tap.Target * 3;
            row[to] += tap.Weight * source[from];
            row[to + 1] += tap.Weight * source[from + 1];
            row[to + 2] += tap.Weight * source[from + 2];
        }
    }

    /// <summary>Which source pixels each target pixel covers, in order of source; in units of 1 / (length · size) of the line.</summary>
    private static Tap[] Taps(int length, int size)
    {
        var taps = new List<Tap>(length + size);
        for (int source = 0, target = 0; source < length && target < size;)
        {
            long sourceEnd = (source + 1L) * size, targetEnd = (target + 1L) * length;
            long start = Math.Max((long)source * size, (long)target * length);
            taps.Add(new Tap(source, target, (float)(Math.Min(sourceEnd, targetEnd) - start) / length));
            if (sourceEnd <= targetEnd) source++;
            if (targetEnd <= sourceEnd) target++;
        }

        return [.. taps];
    }

    private readonly record struct Tap(int Source, int Target, float Weight);
}
