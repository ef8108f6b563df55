namespace Tessera.Encoders.Images;

/// <summary>
/// Histograms of oriented gradients (Dalal and Triggs, Histograms of Oriented Gradients for Human Detection, CVPR 2005) of the whole image.
/// </summary>
/// <remarks>
/// Gradients are central differences of the luma (ITU-R BT.601); their magnitude votes for one of <see cref="Orientations"/> directions without
/// sign, shared between the two nearest and between the nearest <see cref="Cells"/> x <see cref="Cells"/> cells. Blocks of 2 x 2 cells overlap
/// by one cell; each is normalized as L2-Hys (norm 1, clipped at 0.2, norm 1 again), with a floor that leaves blocks without edges near zero.
/// </remarks>
internal static class OrientedGradients
{
    public const int Orientations = 9, Cells = 4, Blocks = Cells - 1;
    public const int BlockSize = 4 * Orientations;
    public const int Dimensions = Blocks * Blocks * BlockSize;

    /// <summary>Mean gradient, in steps of luma a pixel, below which a block counts as without edges: what compression leaves in flat areas.</summary>
    private const float Floor = 2;

    private const float Clip = 0.2f;

    /// <summary>Writes the blocks row by row; each has Euclidean norm 1, or less where the image is flat.</summary>
    /// <param name="pixels">Red, green and blue, 0 to 255: <c>[size x size x 3]</c>.</param>
    /// <param name="size">Pixels a side, a multiple of <see cref="Cells"/>.</param>
    /// <param name="result">Receives <see cref="Dimensions"/> numbers.</param>
    public static void Write(ReadOnlySpan<float> pixels, int size, Span<float> result)
    {
        float[] cells = Vote(Luma(pixels), size);
        for (int block = 0; block < Blocks * Blocks; block++)
        {
            int corner = (block / Blocks * Cells) + (block % Blocks);
            Span<float> target = result.Slice(block * BlockSize, BlockSize);
            for (int part = 0; part < 4; part++)
            {
                int cell = corner + (part / 2 * Cells) + (part % 2);
                cells.AsSpan(cell * Orientations, Orientations).CopyTo(target[(part * Orientations)..]);
            }

            Normalize(target, Floor);
            for (int i = 0; i < target.Length; i++) target[i] = Math.Min(target[i], Clip);
            Normalize(target, Clip);
        }
    }

    private static float[] Luma(ReadOnlySpan<float> pixels)
    {
        var luma = new float[pixels.Length / 3];
        for (int i = 0; i < luma.Length; i++) luma[i] = (0.299f * pixels[3 * i]) + (0.587f * pixels[(3 * i) + 1]) + (0.114f * pixels[(3 * i) + 2]);
        return luma;
    }

    /// <summary>Mean gradient by cell and orientation: <c>[Cells x Cells x Orientations]</c>.</summary>
    private static float[] Vote(float[] luma, int size)
    {
        var cells = new float[Cells * Cells * Orientations];
        float cellSize = (float)size / Cells, share = 1 / (cellSize * cellSize);
        for (int y = 1; y < size - 1; y++)
        {
            (int row, float below) = Between((y + 0.5f) / cellSize);
            for (int x = 1; x < size - 1; x++)
            {
                int at = (y * size) + x;
                float dx = (luma[at + 1] - luma[at - 1]) / 2, dy = (luma[at + size] - luma[at - size]) / 2;
                float magnitude = MathF.Sqrt((dx * dx) + (dy * dy)) * share;
                if (magnitude == 0) continue;
                (int column, float right) = Between((x + 0.5f) / cellSize);
                float angle = MathF.Atan2(dy, dx) / MathF.PI;
                float position = (angle < 0 ? angle + 1 : angle) * Orientations;
                int orientation = (int)position;
                float next = position - orientation;
                for (int corner = 0; corner < 4; corner++)
                {
                    int r = row + (corner / 2), c = column + (corner % 2);
                    if (r is < 0 or >= Cells || c is < 0 or >= Cells) continue;
                    float vote = magnitude * (corner / 2 == 0 ? 1 - below : below) * (corner % 2 == 0 ? 1 - right : right);
                    Span<float> cell = cells.AsSpan(((r * Cells) + c) * Orientations, Orientations);
                    cell[orientation % Orientations] += vote * (1 - next);
                    cell[(orientation + 1) % Orientations] += vote * next;
                }
            }
        }

        return cells;
    }

    /// <summary>The cell whose center lies before a position, in cells, and how far it is towards the next one's.</summary>
    private static (int Cell, float Share) Between(float position)
    {
        float fromFirst = position - 0.5f;
        int cell = (int)MathF.Floor(fromFirst);
        return (cell, fromFirst - cell);
    }

    private static void Normalize(Span<float> block, float floor)
    {
        float sum = floor * floor;
        foreach (float value in block) sum += value * value;
        float scale = 1 / MathF.Sqrt(sum);
        for (int i = 0; i < block.Length; i++) block[i] *= scale;
    }
}
