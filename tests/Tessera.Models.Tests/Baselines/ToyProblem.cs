using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;

namespace Tessera.Models.Tests.Baselines;

/// <summary>Random interactions and features, large enough for the device to share its work between threads.</summary>
internal static class ToyProblem
{
    public const int Users = 600;
    public const int Items = 300;

    public static RecommenderInputs Inputs(Device device, params int[] dimensions)
    {
        var rng = new Rng(11);
        var pairs = new List<(int User, int Item)>();
        for (int user = 0; user < Users; user++)
            for (int n = 0; n < 6; n++) pairs.Add((user, rng.Next(Items)));
        string[] names = ["image", "text", "audio"];
        Modality[] modalities = [.. dimensions.Select((d, m) => new Modality(names[m], Noise(Items, d, rng)))];
        return new RecommenderInputs(
            Interactions.FromPairs(Users, Items, pairs), modalities, new Rng(5), new NeighborGraphs(device));
    }

    public static Batch Triples(ulong seed, int count = 257)
    {
        var rng = new Rng(seed);
        var batch = new Batch(count);
        for (int r = 0; r < count; r++) batch.Add(rng.Next(Users), rng.Next(Items), rng.Next(Items));
        return batch;
    }

    private static Matrix Noise(int rows, int columns, Rng rng)
    {
        var matrix = new Matrix(rows, columns);
        foreach (ref float value in matrix.Span) value = rng.NextGaussian();
        return matrix;
    }
}
