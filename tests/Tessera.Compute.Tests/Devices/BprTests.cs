using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Devices;

public sealed class BprTests : DeviceTest
{
    [Theory]
    [MemberData(nameof(Widths))]
    public void Differences_and_their_gradients_agree_with_their_twins_on_repeated_rows(int width)
    {
        using Device device = Create(width);
        foreach ((int triples, int columns) in Shapes.Append((300, 384)))
        {
            using Matrix users = Noise.Matrix(9, columns, 1), items = Noise.Matrix(13, columns, 2), slopes = Noise.Matrix(triples, 1, 3);
            using Matrix otherUsers = new(9, columns), otherItems = new(13, columns);
            int[] user = Noise.Indices(triples, 9, 4), positive = Noise.Indices(triples, 13, 5), negative = Noise.Indices(triples, 13, 6);
            double[,] userGradient = new double[9, columns], itemGradient = new double[13, columns];
            for (int r = 0; r < triples; r++)
            {
                for (int c = 0; c < columns; c++)
                {
                    double g = slopes[r, 0];
                    userGradient[user[r], c] += g * (items[positive[r], c] - items[negative[r], c]);
                    itemGradient[positive[r], c] += g * users[user[r], c];
                    itemGradient[negative[r], c] -= g * users[user[r], c];
                }
            }

            Agreement.Overwrites(
                Twin.BprDifferences(Dense.Of(users), Dense.Of(items), user, positive, negative),
                result => device.BprDifferences(users, items, user, positive, negative, result), tolerance: 1e-5);
            foreach (Matrix? other in (Matrix?[])[null, otherItems])
            {
                Agreement.Accumulates(
                    userGradient,
                    result => device.BprGradient(users, items, user, positive, negative, slopes, result, other), tolerance: 1e-5);
            }

            foreach (Matrix? other in (Matrix?[])[null, otherUsers])
            {
                Agreement.Accumulates(
                    itemGradient,
                    result => device.BprGradient(users, items, user, positive, negative, slopes, other, result), tolerance: 1e-5);
            }
        }
    }
}
