using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Autograd;

/// <summary>A sparse pattern of 4 x 5 with an empty row and an empty column, and its dense form for given values.</summary>
internal static class Pattern
{
    public const int Entries = 7;

    public static readonly (int Row, int Column)[] Places = [(0, 1), (0, 3), (0, 4), (1, 1), (3, 0), (3, 1), (3, 3)];

    public static CsrMatrix Create(int columns = 5) =>
        CsrMatrix.FromEntries(4, columns, [.. Places.Select(place => (place.Row, place.Column, 1f))]);

    public static double[,] Dense(double[,] values)
    {
        var dense = new double[4, 5];
        for (int e = 0; e < Entries; e++) dense[Places[e].Row, Places[e].Column] = values[e, 0];
        return dense;
    }

    public static double[,] Product(double[,] a, double[,] b)
    {
        var product = new double[a.GetLength(0), b.GetLength(1)];
        for (int r = 0; r < product.GetLength(0); r++)
            for (int c = 0; c < product.GetLength(1); c++)
                for (int k = 0; k < b.GetLength(0); k++) product[r, c] += a[r, k] * b[k, c];
        return product;
    }

    public static double Dot(double[,] a, int row, double[,] b, int other)
    {
        double sum = 0;
        for (int c = 0; c < a.GetLength(1); c++) sum += a[row, c] * b[other, c];
        return sum;
    }
}
