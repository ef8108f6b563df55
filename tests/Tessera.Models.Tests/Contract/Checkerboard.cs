using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Models.Tests.Contract;

/// <summary>
/// Two groups of users and two of items: users take items of their own group only, and the features of items tell the groups.
/// So whatever a user has not seen of the own group must rank above all of the other.
/// </summary>
internal static class Checkerboard
{
    public const int Users = 24;
    public const int Items = 24;
    private const int GroupSize = 12;

    /// <summary>Each user has 9 of the 12 items of the own group in training, 1 in validation, 2 in test.</summary>
    /// <param name="modalities">Names of the modalities; null for image and text.</param>
    /// <param name="missing">Items without features.</param>
    public static Dataset Create(IReadOnlyList<string>? modalities = null, params ReadOnlySpan<int> missing)
    {
        var splits = new List<(int, int)>[] { [], [], [] };
        for (int user = 0; user < Users; user++)
        {
            for (int n = 0; n < GroupSize; n++)
            {
                int item = (GroupOf(user) * GroupSize) + ((user + n) % GroupSize);
                splits[n < 9 ? 0 : n < 10 ? 1 : 2].Add((user, item));
            }
        }

        Interactions[] parts = [.. splits.Select(pairs => Interactions.FromPairs(Users, Items, pairs))];
        var features = new List<Modality>();
        foreach (string name in modalities ?? ["image", "text"]) features.Add(Features(name, features.Count, missing));
        return new Dataset("checkerboard", parts[0], parts[1], parts[2], features);
    }

    public static int GroupOf(int node) => node / GroupSize;

    private static Modality Features(string name, int index, ReadOnlySpan<int> missing)
    {
        var rng = new Rng((ulong)index + 77);
        var features = new Matrix(Items, 6 + (3 * index));
        for (int item = 0; item < Items; item++)
        {
            Span<float> row = features.Row(item);
            for (int c = 0; c < row.Length; c++)
                row[c] = ((c % 2 == 0) == (GroupOf(item) == 0) ? 1f : -0.5f) + (0.3f * rng.NextGaussian());
        }

        foreach (int item in missing) features.Row(item).Clear();
        return new Modality(name, features);
    }
}
