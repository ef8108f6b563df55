using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Graphs;

/// <summary>The scale and spread of a modality's features, and whether items that are near by them are liked by the same users.</summary>
/// <param name="Name">Name of the modality.</param>
/// <param name="MedianNorm">Median length of the rows of items with features.</param>
/// <param name="MinNorm">Shortest of them.</param>
/// <param name="MaxNorm">Longest of them.</param>
/// <param name="MeanCosine">Mean cosine similarity of two items of the sample, -1 to 1.</param>
/// <param name="NeighborLift">
/// How many times as often an item of the sample and its nearest share a training user as any two of them do; null where no two do, or no item has a nearest
/// because the features are too small for float32 to hold their products.
/// </param>
/// <param name="SampledItems">Number of items in the sample.</param>
internal sealed record ModalityProfile(
    string Name, double MedianNorm, double MinNorm, double MaxNorm, double MeanCosine, double? NeighborLift, int SampledItems)
{
    private const int MaxSample = 2000;
    private const int MaxPairs = 20_000;
    private const double AlikeCosine = 0.9;
    private const double UnlikeScale = 10;

    /// <summary>Looks at each modality with at least two items that have features; the sample is the same in each run.</summary>
    /// <remarks>Costs a pass over the features and 2·2000²·D flops, whatever |I|.</remarks>
    public static IReadOnlyList<ModalityProfile> Of(
        IReadOnlyList<Modality> modalities, Interactions train, Device device, CancellationToken cancellationToken = default)
    {
        var profiles = new List<ModalityProfile>();
        foreach (Modality modality in modalities.Where(modality => modality.Features.Rows - modality.MissingCount > 1))
        {
            cancellationToken.ThrowIfCancellationRequested();
            profiles.Add(Of(modality, train, device));
        }

        return profiles;
    }

    /// <summary>A sentence for each modality whose rows are all alike, and one where the scales of modalities differ widely.</summary>
    public static IEnumerable<string> Notices(IReadOnlyList<ModalityProfile> profiles)
    {
        foreach (ModalityProfile alike in profiles.Where(profile => profile.MeanCosine > AlikeCosine))
        {
            yield return $"The rows of {alike.Name} are nearly all alike (mean cosine {alike.MeanCosine:F2}), so that all items are near each other; "
                + "subtract the mean row from each, or leave the modality out.";
        }

        if (profiles.Count == 0) yield break;
        ModalityProfile longest = profiles.MaxBy(profile => profile.MedianNorm)!, shortest = profiles.MinBy(profile => profile.MedianNorm)!;
        if (longest.MedianNorm <= UnlikeScale * shortest.MedianNorm) yield break;
        yield return $"The rows of {longest.Name} are {longest.MedianNorm / shortest.MedianNorm:N0} times as long as those of {shortest.Name}, "
            + "which a model that takes features as they are hardly sees; divide each row by its length.";
    }

    private static ModalityProfile Of(Modality modality, Interactions train, Device device)
    {
        int[] items = [.. Enumerable.Range(0, modality.Features.Rows).Where(item => !modality.Missing[item])];
        double[] norms = [.. items.Select(item => Norm(modality.Features.Row(item))).Order()];
        var rng = new Rng(0);
        rng.Shuffle(items);
        int[] sample = [.. items.Take(MaxSample).Order()];
        return new ModalityProfile(
            modality.Name, (norms[(norms.Length - 1) / 2] + norms[norms.Length / 2]) / 2, norms[0], norms[^1],
            CosineOf(modality.Features, sample), LiftOf(modality.Features, sample, train, rng, device), sample.Length);
    }

    private static double Norm(ReadOnlySpan<float> row)
    {
        double sum = 0;
        foreach (float value in row) sum += (double)value * value;
        return Math.Sqrt(sum);
    }

    /// <summary>Over all pairs of n items, from the sum s of their rows of length 1: (s·s - n) / (n (n - 1)).</summary>
    private static double CosineOf(Matrix features, int[] items)
    {
        var sum = new double[features.Columns];
        foreach (int item in items)
        {
            ReadOnlySpan<float> row = features.Row(item);
            double inverse = 1 / Norm(row);
            for (int d = 0; d < row.Length; d++) sum[d] += inverse * row[d];
        }

        return (sum.Sum(value => value * value) - items.Length) / ((double)items.Length * (items.Length - 1));
    }

    private static double? LiftOf(Matrix features, int[] sample, Interactions train, Rng rng, Device device)
    {
        Dictionary<int, List<int>> users = sample.ToDictionary(item => item, _ => new List<int>());
        foreach ((int user, int item) in train.Pairs())
            if (users.TryGetValue(item, out List<int>? own)) own.Add(user);
        int[] known = [.. sample.Where(item => users[item].Count > 0)];
        if (known.Length < 2) return null;

        using var rows = new Matrix(known.Length, features.Columns);
        device.GatherRows(features, known, rows);
        CsrMatrix nearest = new NeighborGraphs(device).Nearest(rows, new bool[known.Length], neighbors: 2);
        double? near = Share(Enumerable.Range(0, known.Length).SelectMany(item => nearest.RowColumns(item).ToArray().Where(other => other != item).Select(other => (item, other))));
        double? any = Share(Pairs(known.Length, rng));
        return any > 0 ? near / any : null;

        double? Share(IEnumerable<(int One, int Other)> pairs) => pairs.Average(pair => (double?)(Meet(users[known[pair.One]], users[known[pair.Other]]) ? 1 : 0));
    }

    /// <summary>All pairs of n items where they are few, else as many at random.</summary>
    private static IEnumerable<(int One, int Other)> Pairs(int items, Rng rng)
    {
        if ((long)items * (items - 1) / 2 <= MaxPairs) return Enumerable.Range(1, items - 1).SelectMany(one => Enumerable.Range(0, one).Select(other => (one, other)));
        return Enumerable.Range(0, MaxPairs).Select(_ => (One: rng.Next(items), Step: 1 + rng.Next(items - 1))).Select(pair => (pair.One, (pair.One + pair.Step) % items));
    }

    /// <summary>Whether two ascending lists have a number in common.</summary>
    private static bool Meet(List<int> left, List<int> right)
    {
        for (int l = 0, r = 0; l < left.Count && r < right.Count;)
        {
            if (left[l] == right[r]) return true;
            if (left[l] < right[r]) l++;
            else r++;
        }

        return false;
    }
}
