using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Features;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;

namespace Tessera.Recommendation.Live;

/// <summary>
/// Vectors of items that come after training, by the trained items that are nearest in content. With o what features alone give, or 0, and p the weights of
/// those items, <c>v = o + Σ_j p_j (v_j - o_j)</c>, and likewise what users gather; an item counts with <c>Σ_j p_j d_j</c> users. Only items that somebody
/// had in training are neighbors, so what becomes of an item depends on it and the run alone. Not for several threads at once.
/// </summary>
internal sealed class ItemPlacement : IDisposable
{
    private const int Neighbors = 10;

    /// <summary>Items that are placed at a time: bounds the memory of their similarities to all others.</summary>
    private const int BlockItems = 256;

    private readonly TrainedRun _run;
    private readonly LiveData _live;
    private readonly Device _device;
    private readonly IReadOnlyDictionary<string, FeatureTransform> _transforms;
    private readonly int[] _widths; // of the modalities once they are scaled
    private readonly NearContent[] _near;
    private readonly ContentModel? _content;

    /// <exception cref="InvalidInputException">The run's items cannot be added to; the message says why.</exception>
    public ItemPlacement(TrainedRun run, ModelCatalog models)
    {
        _run = run;
        if (run.Config.IsItemBased)
            throw new InvalidInputException($"The run takes no new items: its model, {run.Model}, is computed at once from the items and interactions it was trained with; train a model that has vectors, such as lirdrec.");
        _live = run.Live
            ?? throw new InvalidInputException($"The run in '{run.Directory.Path}' was made by a version that kept nothing to place new items by; train it again.");
        if (_live.ContentRefusal is { } refusal) throw new InvalidInputException($"The run takes no new items. {refusal}");
        if (_live.Modalities.Count == 0)
            throw new InvalidInputException("The run takes no new items, for its data has no features to tell by what they are like; train on data with a modality.");
        _transforms = RunFeatures.Read(run.Directory);
        _widths = [.. _live.Modalities.Select(modality => _transforms.GetValueOrDefault(modality.Name)?.Rotation?.Columns ?? modality.Dimensions)];
        _near = [.. _live.Modalities.Zip(_widths, (modality, width) => new NearContent(modality, width, _live, item => run.Gathering.Degree(item) > 0))];
        _device = new Device(); // only now, for its threads end where it is disposed of
        try
        {
            _content = _live.Content is null ? null : new ContentModel(run, models, _widths, _device);
        }
        catch
        {
            _device.Dispose();
            throw;
        }
    }

    /// <summary>Places items, in their order.</summary>
    /// <exception cref="InvalidInputException">An item's features are not the run's.</exception>
    public IEnumerable<(float[] Vector, PlacedItem Placed)> Place(IReadOnlyList<NewItem> items)
    {
        foreach (NewItem item in items)
        {
            CheckFeatures(item);
            RequireSome(item);
        }

        return items.Chunk(BlockItems).SelectMany(block => PlaceBlock(block));
    }

    /// <summary>
    /// A trained item with other features: what it learned from users stays, what its features alone gave is replaced. A modality that is left out stays as
    /// the run keeps it, before and after, so that what comes of it alone does not change.
    /// </summary>
    /// <param name="features">All that was given since training.</param>
    /// <exception cref="InvalidInputException">The features are not the run's.</exception>
    public (float[] Vector, PlacedItem Placed) Replace(int item, NewItem features)
    {
        CheckFeatures(features);
        bool isWhole = _live.Modalities.All(modality => features.Features.ContainsKey(modality.Name));
        if (isWhole) RequireSome(features);
        if (_run.Gathering.Degree(item) == 0) return PlaceBlock([features], item).Single();
        float[] change = new float[_run.Embeddings.Items.Columns];
        if (_content is not null)
        {
            using Matrix own = VectorOf(features, isWhole ? null : item);
            using Matrix? kept = isWhole ? null : VectorOf(features with { Features = ImmutableDictionary<string, float[]>.Empty }, item);
            TensorPrimitives.Subtract<float>(own.Row(0), kept is null ? _live.Content!.Row(item) : kept.Row(0), change);
        }

        float[]? gathered = _live.HasGathered ? Sum(_live.Gathered(item), change) : null;
        float[] vector = _run.Embeddings.Items.Row(item).ToArray();
        TensorPrimitives.MultiplyAdd(vector, LengthOf(item), change, vector);
        return (Finite(features, Finished(vector)), new PlacedItem(Finite(features, gathered), _run.Gathering.Degree(item)) { Features = Kept(features) });
    }

    /// <summary>What features alone give an item.</summary>
    /// <param name="known">The trained item that it is, where what is left out stays; what is given then counts as far as the run keeps features, as the rest does.</param>
    private Matrix VectorOf(NewItem item, int? known)
    {
        List<Modality> scaled = Scaled([item], known);
        Modality[] counted = known is null ? [.. scaled] : [.. _near.Zip(scaled, (near, modality) => new Modality(modality.Name, near.Kept(modality, _device), modality.Missing))];
        Matrix vector = _content!.Vectors(counted);
        foreach (Modality modality in scaled.Union(counted)) modality.Features.Dispose();
        return vector;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _content?.Dispose();
        foreach (NearContent near in _near) near.Dispose();
        _device.Dispose();
    }

    /// <summary>Refuses features that are not the run's.</summary>
    /// <exception cref="InvalidInputException">Some are of an unknown modality, or not as many as it has, or not finite.</exception>
    public void CheckFeatures(NewItem item)
    {
        foreach ((string name, float[] features) in item.Features)
        {
            LiveModality modality = _live.Modalities.FirstOrDefault(modality => modality.Name == name)
                ?? throw new InvalidInputException($"Item '{item.Id}' has features of '{name}', which the run does not know; expected some of {string.Join(", ", _live.Modalities.Select(modality => modality.Name))}.");
            if (features.Length != modality.Dimensions)
                throw new InvalidInputException($"Item '{item.Id}' has {features.Length:N0} features of '{name}'; expected {modality.Dimensions:N0}, as its encoder gives.");
            if (features.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
                throw new InvalidInputException($"Item '{item.Id}' has features of '{name}' that are not finite; expected numbers.");
        }
    }

    private void RequireSome(NewItem item)
    {
        if (item.Features.Values.All(features => !features.AsSpan().ContainsAnyExcept(0f)))
            throw new InvalidInputException($"Item '{item.Id}' has no features, so nothing tells what it is like; expected those of {string.Join(" or ", _live.Modalities.Select(modality => modality.Name))}.");
    }

    /// <param name="known">The trained item that the only one is, of which the run keeps features; null for new ones.</param>
    private List<(float[] Vector, PlacedItem Placed)> PlaceBlock(NewItem[] items, int? known = null)
    {
        List<Modality> scaled = Scaled(items, known);
        int[][][] nearest = [.. _near.Zip(scaled, (near, features) => near.Find(features, Neighbors, _device))];
        using Matrix? own = _content?.Vectors(scaled);
        foreach (Modality modality in scaled) modality.Features.Dispose();
        var placed = new List<(float[], PlacedItem)>(items.Length);
        for (int row = 0; row < items.Length; row++)
        {
            (int Item, float Share)[] neighbors = [.. WarmNeighbors.SharesOf([.. _live.Modalities.Zip(nearest, (modality, found) => (modality.Weight, found[row]))])];
            float degree = 0;
            if (neighbors.Length == 0) throw new InvalidInputException($"Item '{items[row].Id}' has no neighbors: no item in training has features of a modality that it has and that counts; add it with others.");
            float[] vector = own is null ? new float[_run.Embeddings.Items.Columns] : own.Row(row).ToArray();
            float[]? gathered = _live.HasGathered ? [.. vector] : null;
            foreach ((int neighbor, float share) in neighbors)
            {
                Add(_run.Embeddings.Items.Row(neighbor), LengthOf(neighbor), neighbor, share, vector);
                if (gathered is not null) Add(_live.Gathered(neighbor), 1, neighbor, share, gathered);
                degree += share * _run.Gathering.Degree(neighbor);
            }

            placed.Add((Finite(items[row], Scaled(Finished(vector))), new PlacedItem(Finite(items[row], gathered), degree) { Features = Kept(items[row]) }));
        }

        return placed;
    }

    [return: NotNullIfNotNull(nameof(vector))]
    private static float[]? Finite(NewItem item, float[]? vector) => vector is null || TensorPrimitives.IsFiniteAll<float>(vector) ? vector
        : throw new InvalidInputException($"Item '{item.Id}' has features so large that its vector is not finite; expected numbers of the size of the other items'.");

    private float LengthOf(int item) => _live.Lengths?[item, 0] ?? 1;

    /// <summary>A vector of the length that items have.</summary>
    private float[] Finished(float[] vector)
    {
        if (_live.Lengths is not null) TensorPrimitives.Divide(vector, Math.Max(TensorPrimitives.Norm<float>(vector), 1e-12f), vector);
        return vector;
    }

    /// <summary>A new item's vector by the run's factor on those of items that nobody had.</summary>
    private float[] Scaled(float[] vector)
    {
        TensorPrimitives.Multiply(vector, _live.ItemFactor, vector);
        return vector;
    }

    private void Add(ReadOnlySpan<float> whole, float length, int neighbor, float share, float[] sum)
    {
        TensorPrimitives.MultiplyAdd(whole, share * length, sum, sum);
        if (_live.Content is { } content) TensorPrimitives.MultiplyAdd(content.Row(neighbor), -share, sum, sum);
    }

    /// <param name="known">The trained item that the only one is: what is left out of it is as the run keeps it.</param>
    private List<Modality> Scaled(NewItem[] items, int? known) =>
    [
        .. _live.Modalities.Select((modality, m) =>
        {
            if (known is { } trained && !items[0].Features.ContainsKey(modality.Name))
            {
                var kept = new Matrix(1, _widths[m]);
                _near[m].Restore(trained, kept.Row(0));
                return new Modality(modality.Name, kept);
            }

            var features = new Matrix(items.Length, modality.Dimensions);
            for (int row = 0; row < items.Length; row++)
                if (items[row].Features.TryGetValue(modality.Name, out float[]? given)) given.CopyTo(features.Row(row));
            var original = new Modality(modality.Name, features);
            if (!_transforms.TryGetValue(modality.Name, out FeatureTransform? transform)) return original;
            using (features) return transform.Apply(original, _device);
        }),
    ];

    private static Dictionary<string, float[]> Kept(NewItem item) => item.Features.ToDictionary(given => given.Key, given => (float[])given.Value.Clone());

    private static float[] Sum(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var sum = new float[one.Length];
        TensorPrimitives.Add(one, other, sum);
        return sum;
    }
}
