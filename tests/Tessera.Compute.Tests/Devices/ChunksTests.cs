using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Devices;

public sealed class ChunksTests : DeviceTest
{
    private static readonly (int Rows, int Chunks, int ChunkColumns)[] ChunkShapes =
        [(0, 2, 3), (1, 1, 1), (3, 5, 1), (7, 2, 0), (13, 3, 7), (17, 1, 33), (31, 2, 16), (33, 3, 31), (63, 4, 17), (401, 3, 35)];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Scaled_chunks_agree_with_their_twin(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int chunks, int columns) in ChunkShapes)
        {
            using Matrix x = Noise.Matrix(rows, chunks * columns, 1), weights = Noise.Matrix(rows, chunks, 2);
            double[,] expected = columns == 0 ? new double[rows, 0] : Twin.ScaleChunks(Dense.Of(x), Dense.Of(weights));
            Agreement.Overwrites(expected, result => device.ScaleChunks(x, weights, result));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void The_gradients_of_scaled_chunks_agree_with_their_twins_together_and_alone(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int chunks, int columns) in ChunkShapes)
        {
            using Matrix x = Noise.Matrix(rows, chunks * columns, 1), dy = Noise.Matrix(rows, chunks * columns, 3);
            using Matrix w = Noise.Matrix(rows, chunks, 2);
            using Matrix otherX = new(rows, chunks * columns), otherW = new(rows, chunks);
            double[,] dx = Dense.Of(dy).Map((r, c) => dy[r, c] * w[r, c / columns]);
            double[,] dw = Dense.Of(w).Map((r, b) => Enumerable.Range(b * columns, columns).Sum(c => (double)x[r, c] * dy[r, c]));

            Agreement.Overwrites(dx, result => device.ScaleChunksGradient(x, w, dy, result, false, null, false));
            Agreement.Overwrites(dx, result => device.ScaleChunksGradient(x, w, dy, result, false, otherW, true));
            Agreement.Accumulates(dx, result => device.ScaleChunksGradient(x, w, dy, result, true, otherW, false));
            Agreement.Overwrites(dw, result => device.ScaleChunksGradient(x, w, dy, null, false, result, false), tolerance: 3e-6);
            Agreement.Overwrites(dw, result => device.ScaleChunksGradient(x, w, dy, otherX, true, result, false), tolerance: 3e-6);
            Agreement.Accumulates(dw, result => device.ScaleChunksGradient(x, w, dy, otherX, false, result, true), tolerance: 3e-6);
        }
    }
}
