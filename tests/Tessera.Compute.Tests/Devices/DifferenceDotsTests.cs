using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Devices;

public sealed class DifferenceDotsTests : DeviceTest
{
    [Theory]
    [MemberData(nameof(Widths))]
    public void Dots_and_their_gradients_agree_with_their_twins_on_repeated_rows(int width)
    {
        using Device device = Create(width);
        foreach ((int triples, int columns) in Shapes.Append((300, 384)))
        {
            using Matrix a = Noise.Matrix(9, columns, 1), b = Noise.Matrix(13, columns, 2), slopes = Noise.Matrix(triples, 1, 3);
            using Matrix otherA = new(9, columns), otherB = new(13, columns);
            int[] x = Noise.Indices(triples, 9, 4), y = Noise.Indices(triples, 13, 5), z = Noise.Indices(triples, 13, 6);
            double[,] aGradient = new double[9, columns], bGradient = new double[13, columns];
            for (int r = 0; r < triples; r++)
            {
                for (int c = 0; c < columns; c++)
                {
                    double g = slopes[r, 0];
                    aGradient[x[r], c] += g * (b[y[r], c] - b[z[r], c]);
                    bGradient[y[r], c] += g * a[x[r], c];
                    bGradient[z[r], c] -= g * a[x[r], c];
                }
            }

            Agreement.Overwrites(
                Twin.DifferenceDots(Dense.Of(a), Dense.Of(b), x, y, z),
                result => device.DifferenceDots(a, b, x, y, z, result), tolerance: 1e-5);
            foreach (Matrix? other in (Matrix?[])[null, otherB])
            {
                Agreement.Accumulates(
                    aGradient,
                    result => device.DifferenceDotsGradient(a, b, x, y, z, slopes, result, other), tolerance: 1e-5);
            }

            foreach (Matrix? other in (Matrix?[])[null, otherA])
            {
                Agreement.Accumulates(
                    bGradient,
                    result => device.DifferenceDotsGradient(a, b, x, y, z, slopes, other, result), tolerance: 1e-5);
            }
        }
    }
}
