using System.Text.Json.Serialization;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Splitting;

namespace Tessera.Studies.Plans;

/// <summary>What is made of a data set before a model is trained on it; nothing, unless something is said. Drawn anew for each seed.</summary>
internal sealed record DataVariant
{
    /// <summary>The modalities kept; null for all.</summary>
    public IReadOnlyList<string>? Modalities { get; init; }

    /// <summary>All interactions split again: <see cref="SplitScheme.ColdItems"/> or <see cref="SplitScheme.ColdMixed"/>; null for the split the data has.</summary>
    public SplitScheme? Split { get; init; }

    /// <summary>Whether the items that <see cref="SplitScheme.ColdMixed"/> holds out are left out altogether, but for those without features.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WithoutCold { get; init; }

    /// <summary>Whether each modality's rows are dealt to the items at random.</summary>
    public bool ShuffledRows { get; init; }

    /// <summary>Share s of noise in the features, 0 to 1: <c>√(1 - s) x + √s σ ε</c>, σ being each dimension's deviation and ε standard normal.</summary>
    public double Noise { get; init; }

    /// <summary>Share of each user's training interactions that are kept, at least one; above 0 to 1.</summary>
    public double Kept { get; init; } = 1;

    /// <summary>Share of the items that are kept, those with most training interactions, which makes the data denser; above 0 to 1.</summary>
    public double KeptItems { get; init; } = 1;

    /// <summary>Whether it is another one with another seed.</summary>
    [JsonIgnore]
    public bool IsDrawn => Split is not null || ShuffledRows || Noise > 0 || Kept < 1;

    /// <summary>Makes it.</summary>
    /// <exception cref="InvalidInputException">The data set has not got what is asked for.</exception>
    public Dataset Apply(Dataset data, ulong seed)
    {
        var rng = new Rng(seed).Stream("variant");
        if (Modalities is not null) data = data.WithModalities([.. Modalities]);
        data = Split switch
        {
            null => data,
            SplitScheme.ColdItems => ColdStartSplit.Of(data, rng.Stream("split")).Dataset,
            SplitScheme.ColdMixed => ColdStartSplit.Mixed(data, rng.Stream("split")),
            _ => throw new InvalidInputException($"A study cannot split data by '{KebabCase.Of(Split.Value)}'; expected cold-items or cold-mixed."),
        };
        if (WithoutCold) data = Among(data, ItemsWithoutCold(data));
        if (KeptItems < 1) data = Dense(data);
        if (Kept < 1)
        {
            IReadOnlyList<int>? cold = data.ColdItems;
            data = data.WithSplits(Thinned(data.Train, rng.Stream("kept")), data.Validation, data.Test);
            data.ColdItems = cold;
        }

        if (!ShuffledRows && Noise == 0) return data;
        Modality[] modalities = [.. data.Modalities.Select(modality => Changed(modality, rng.Stream(modality.Name)))];
        return new Dataset(data.Name, data.Train, data.Validation, data.Test, modalities) { UserIds = data.UserIds, ItemIds = data.ItemIds, ColdItems = data.ColdItems };
    }

    /// <summary>The items that are left of a data set <see cref="WithoutCold"/>, ascending.</summary>
    public static int[] ItemsWithoutCold(Dataset data)
    {
        HashSet<int> left = [.. data.ColdItems!.Where(item => data.Modalities.Any(modality => !modality.Missing[item]))];
        return [.. Enumerable.Range(0, data.Items).Where(item => !left.Contains(item))];
    }

    private Dataset Dense(Dataset data)
    {
        int[] counts = data.Train.ItemCounts();
        int[] kept = [.. Enumerable.Range(0, data.Items).OrderByDescending(item => counts[item]).Take(Math.Max(1, (int)Math.Round(KeptItems * data.Items))).Order()];
        Dataset dense = Among(data, kept);
        dense.ColdItems = data.ColdItems is null ? null : [.. kept.Index().Where(item => data.ColdItems.Contains(item.Item)).Select(item => item.Index)];
        return dense;
    }

    private static Dataset Among(Dataset data, int[] items) => new(
        data.Name, data.Train.Among(items), data.Validation.Among(items), data.Test.Among(items), [.. data.Modalities.Select(modality => Among(modality, items))])
    {
        UserIds = data.UserIds,
        ItemIds = data.ItemIds is null ? null : [.. items.Select(item => data.ItemIds[item])],
    };

    private static Modality Among(Modality modality, int[] items)
    {
        var features = new Matrix(items.Length, modality.Dimensions);
        for (int row = 0; row < items.Length; row++) modality.Features.Row(items[row]).CopyTo(features.Row(row));
        return new Modality(modality.Name, features, [.. items.Select(item => modality.Missing[item])]);
    }

    private Interactions Thinned(Interactions train, Rng rng)
    {
        List<(int, int)> kept = [];
        for (int user = 0; user < train.Users; user++)
        {
            int[] items = train.ItemsOf(user).ToArray();
            rng.Shuffle(items);
            kept.AddRange(items.Take(Math.Max(1, (int)Math.Round(Kept * items.Length))).Select(item => (user, item)));
        }

        return Interactions.FromPairs(train.Users, train.Items, kept);
    }

    /// <summary>An item without features has none afterwards, or, where rows are dealt, another item has none in its place.</summary>
    private Modality Changed(Modality modality, Rng rng)
    {
        int[] source = [.. Enumerable.Range(0, modality.Features.Rows)];
        if (ShuffledRows) rng.Shuffle(source);
        Matrix features = modality.Features.Clone();
        for (int row = 0; row < source.Length; row++) modality.Features.Row(source[row]).CopyTo(features.Row(row));
        bool[] missing = [.. source.Select(row => modality.Missing[row])];
        if (Noise > 0) Mix(features, [.. Enumerable.Range(0, source.Length).Where(row => !missing[row])], rng);
        return new Modality(modality.Name, features, missing);
    }

    private void Mix(Matrix features, int[] rows, Rng rng)
    {
        float kept = (float)Math.Sqrt(1 - Noise), mixed = (float)Math.Sqrt(Noise);
        for (int column = 0; column < features.Columns; column++)
        {
            double sum = 0, squares = 0;
            foreach (int row in rows)
            {
                sum += features[row, column];
                squares += (double)features[row, column] * features[row, column];
            }

            double mean = sum / rows.Length;
            float deviation = (float)Math.Sqrt(Math.Max(0, squares / rows.Length - mean * mean));
            foreach (int row in rows) features[row, column] = kept * features[row, column] + mixed * deviation * rng.NextGaussian();
        }
    }
}
