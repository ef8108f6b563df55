using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Tests.Graphs;

/// <summary>Feature matrices of known seeds.</summary>
internal static class Features
{
    public static Modality Gaussian(string name, int items, int dimensions, ulong seed, params ReadOnlySpan<int> missing)
    {
        var rng = new Rng(seed);
        var features = new Matrix(items, dimensions);
        foreach (ref float value in features.Span) value = rng.NextGaussian();
        foreach (int item in missing) features.Row(item).Clear();
        return new Modality(name, features);
    }

    public static double Cosine(Modality modality, int a, int b)
    {
        double dot = 0, squareA = 0, squareB = 0;
        for (int c = 0; c < modality.Dimensions; c++)
        {
            double x = modality.Features[a, c], y = modality.Features[b, c];
            (dot, squareA, squareB) = (dot + (x * y), squareA + (x * x), squareB + (y * y));
        }

        return dot / Math.Sqrt(squareA * squareB);
    }
}
