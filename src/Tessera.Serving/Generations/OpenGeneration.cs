using Tessera.Compute.Devices;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Filters;

namespace Tessera.Serving.Generations;

/// <summary>
/// A model that is served, and what it needs beside it in memory. Who opened it holds it, and so does each lease; the last one out disposes of it.
/// </summary>
internal sealed class OpenGeneration
{
    private readonly LiveRecommender _live;
    private volatile Visibility? _visible;
    private volatile InverseLengths? _lengths;
    private volatile QuantizedVectors? _quantized;
    private int _holders = 1;

    /// <summary>Takes a model over and reads what a request will ask for, so that the first is answered as fast as the others.</summary>
    /// <param name="name">Its name, up to <see cref="MaxName"/> characters.</param>
    public OpenGeneration(string name, LiveRecommender live)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, MaxName, nameof(name));
        (Name, _live) = (name, live);
        TrainedRun run = live.Current;
        float[] popularity = new float[run.TrainedItems];
        ReadOnlySpan<int> counts = run.TrainingCounts;
        for (int item = 0; item < counts.Length; item++) popularity[item] = counts[item] > 0 ? counts[item] : float.NegativeInfinity;
        Popularity = popularity;
        if (!run.HasVectors) return;
        _ = run.ItemVectors;
        _ = run.Gathering;
        Quantize();
    }

    /// <summary>Most characters of a name.</summary>
    public static int MaxName => 100;

    /// <summary>Names it among all generations.</summary>
    public string Name { get; }

    /// <summary>The model. To be used by who holds a lease.</summary>
    public LiveRecommender Live => IsGone ? throw new ObjectDisposedException(Name) : _live;

    /// <summary>The attributes of its items, by number.</summary>
    public AttributeTable Attributes { get; } = new();

    /// <summary>When those of its items came that nobody had in training.</summary>
    public Arrivals Arrivals { get; } = new();

    /// <summary>Interactions in training of each item trained with; -∞, which is never selected, for none.</summary>
    public ReadOnlyMemory<float> Popularity { get; }

    /// <summary>Whether somebody had an item in training.</summary>
    public bool IsPopular(int item) => item < Popularity.Length && Popularity.Span[item] > 0;

    /// <summary>Whether its last holder has left.</summary>
    public bool IsGone => Volatile.Read(ref _holders) == 0;

    /// <summary>The items that are neither hidden nor removed, in a set of the caller's own.</summary>
    /// <param name="run">The model as the caller sees it.</param>
    public ItemSet Visible(TrainedRun run)
    {
        Visibility? known = _visible;
        if (known?.IsOf(run) != true) _visible = known = new Visibility(run);
        return known.ToSet();
    }

    /// <summary>What a dot product with each item's vector is to be multiplied by to be a cosine.</summary>
    /// <param name="run">The model as the caller sees it.</param>
    /// <param name="chunk">The chunk of columns it is of; null for all.</param>
    public ReadOnlyMemory<float> Inverse(TrainedRun run, int? chunk)
    {
        InverseLengths? known = _lengths;
        if (known?.IsOf(run) != true) _lengths = known = new InverseLengths(run, known);
        return known.Of(chunk);
    }

    /// <summary>The items' vectors as whole numbers; null where <see cref="Quantize"/> has not come to them.</summary>
    /// <param name="run">The model as the caller sees it.</param>
    public QuantizedRows? Quantized(TrainedRun run) => _quantized is { } known && known.IsOf(run) ? known.Rows : null;

    /// <summary>Makes whole numbers of vectors that have changed, where the machine can work with them: for who changes the model, one thread at a time.</summary>
    public void Quantize()
    {
        TrainedRun run = _live.Current;
        if (!run.HasVectors || !QuantizedRows.IsSupported || !QuantizedRows.Fits(run.ItemVectors) || _quantized?.IsOf(run) == true) return;
        try
        {
            _quantized = new QuantizedVectors(run, _quantized);
        }
        catch (OutOfMemoryException)
        {
            _quantized = null; // requests go through the vectors themselves
        }
    }

    /// <summary>How much each modality counts for a user, adding up to 1; null where the model does not say.</summary>
    public IReadOnlyDictionary<string, float>? WeightsOf(string user) =>
        Live.Current is var run && run.TryFindUser(user) is { } number && run.ChunkWeights(number) is { Count: > 0 } weights ? weights : null;

    /// <summary>Becomes one more holder, unless the last has left.</summary>
    public bool TryHold()
    {
        for (int holders = Volatile.Read(ref _holders); holders > 0;)
        {
            int before = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (before == holders) return true;
            holders = before;
        }

        return false;
    }

    /// <summary>Leaves; the last one out disposes of the model.</summary>
    public void Leave()
    {
        int left = Interlocked.Decrement(ref _holders);
        ObjectDisposedException.ThrowIf(left < 0, this);
        if (left == 0) _live.Dispose();
    }
}
