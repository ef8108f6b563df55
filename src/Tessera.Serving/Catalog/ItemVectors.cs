using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Data;
using Tessera.Encoders.Encodings;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Following;
using Tessera.Serving.Generations;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Catalog;

/// <summary>Makes the vectors of items by the encoders that made the served run's features. What is the same as before is not encoded again.</summary>
/// <param name="models">Models in the process that the host has handed over.</param>
internal sealed class ItemVectors([FromKeyedServices] ServedGenerations served, IEnumerable<LocalModel> models) : IDisposable
{
    private readonly LocalModel[] _models = [.. models];
    private readonly SemaphoreSlim _encoding = new(Math.Max(1, Environment.ProcessorCount - 1)); // a decoded picture may take 256 MB
    private readonly Lock _choosing = new();
    private EncodersOfRun? _encoders;

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoders?.Leave();
        _encoding.Dispose();
    }

    /// <summary>Encodes one item in its turn, so that many pictures at once take no more memory than a few.</summary>
    private async Task<(ItemVector? Made, string? Problem)> EncodeAsync(EncodersOfRun encoders, LiveModality modality, ItemToEncode item, ItemVector? known, CancellationToken cancel)
    {
        await _encoding.WaitAsync(cancel);
        try
        {
            return await encoders.EncodeAsync(modality, item, known, cancel);
        }
        finally
        {
            _encoding.Release();
        }
    }

    /// <summary>The vectors that an item is to have.</summary>
    /// <exception cref="InvalidInputException">A vector that comes along is not as the model has them.</exception>
    public async Task<VectorsOfItem> MakeAsync(ItemToEncode item, CancellationToken cancel)
    {
        Dictionary<string, ItemVector> earlier = item.Before is null ? []
            : (await item.Store.Items.VectorsAsync([item.Draft.Id], cancel)).GetValueOrDefault(item.Draft.Id) ?? [];
        var vectors = new Dictionary<string, ItemVector>();
        var notes = new List<string>();
        foreach ((string modality, ItemVector vector) in earlier) // also of another model than the one that serves
            vectors.Add(modality, (vector.Source is null ? item.KeepsReady : item.Keeps(vector.Source)) ? vector : ItemVector.NotEncoded);
        foreach ((string modality, float[] values) in item.Ready ?? new Dictionary<string, float[]>()) vectors[modality] = new ItemVector(values, null);
        if (served.Current is null)
        {
            notes.Add("No model is served, so nothing of the item was encoded; put it again once one is.");
            return new VectorsOfItem(vectors, notes);
        }

        using GenerationLease lease = served.Lease(user: null);
        LiveRecommender live = lease.Generation.Live;
        if (FollowedModel.WhyNoItems(live) is { } why)
        {
            notes.Add(why);
            return new VectorsOfItem(vectors, notes);
        }

        RequireFit(item, live);
        EncodersOfRun encoders = HoldEncodersOf(lease.Generation);
        try
        {
            bool isLearned = live.Current.TryFindItem(item.Draft.Id) < live.Current.TrainedItems;
            foreach (LiveModality modality in live.Current.Live!.Modalities)
            {
                if (vectors.TryGetValue(modality.Name, out ItemVector? there) && (there.Source is null || VectorSource.IsOf(there.Source, modality))) continue;
                ItemVector? known = earlier.GetValueOrDefault(modality.Name);
                if (isLearned && known is null && item.Keeps(OriginOf(modality))) continue; // the model has learned from what it is and was
                (ItemVector? made, string? problem) = await EncodeAsync(encoders, modality, item, known, cancel);
                if (made is null && problem is null) vectors.Remove(modality.Name);
                else vectors[modality.Name] = made ?? ItemVector.NotEncoded;
                if (problem is not null) notes.Add($"The item has no '{modality.Name}' features: {problem}.");
            }
        }
        finally
        {
            encoders.Leave();
        }

        return new VectorsOfItem(vectors, notes);
    }

    private static void RequireFit(ItemToEncode item, LiveRecommender live)
    {
        if (item.Ready is not { Count: > 0 } ready) return;
        live.Check(new NewItem(item.Draft.Id, ready), updates: true);
        if (ready.FirstOrDefault(vector => !vector.Value.AsSpan().ContainsAnyExcept(0f)).Key is { } zero)
            throw new InvalidInputException(
                $"The vector '{zero}' of item '{item.Draft.Id}' is all zeros, which stand for none; expected numbers, so leave it out where there are none.");
    }

    /// <summary>What made a modality.</summary>
    public static ModalityOrigin OriginOf(LiveModality modality) => new(modality.Name, modality.Encoder, modality.Version, modality.Fields);

    /// <summary>The encoders of a run, with the caller as a holder; those of an earlier one are closed when nobody uses them any more.</summary>
    private EncodersOfRun HoldEncodersOf(OpenGeneration generation)
    {
        lock (_choosing)
        {
            if (_encoders?.Generation != generation.Name)
            {
                _encoders?.Leave();
                _encoders = new EncodersOfRun(generation.Name, generation.Live.Current.Directory.FindEncoder, _models);
            }

            _encoders.Hold();
            return _encoders;
        }
    }

    /// <summary>The encoders of a run's modalities, each opened when it is first needed.</summary>
    private sealed class EncodersOfRun(string generation, Func<string, string?> fittedTo, LocalModel[] models)
    {
        private readonly Dictionary<string, ItemEncoder?> _open = [];
        private const string AtAnAddress =
            "its image is at an address, from which nothing is fetched; put the image itself, or ready vectors, for the model to know it by that";

        private readonly Lock _opening = new();
        private int _holders = 1; // who made it

        public string Generation => generation;

        public void Hold() => Interlocked.Increment(ref _holders);

        /// <summary>Leaves; the last one out closes them.</summary>
        public void Leave()
        {
            if (Interlocked.Decrement(ref _holders) > 0) return;
            foreach (ItemEncoder? encoder in _open.Values) encoder?.Dispose();
        }

        /// <summary>The vector of a modality, or why there is none; neither where the item has nothing for it.</summary>
        public async Task<(ItemVector? Vector, string? Problem)> EncodeAsync(LiveModality modality, ItemToEncode item, ItemVector? known, CancellationToken cancel)
        {
            ModalityOrigin origin = OriginOf(modality);
            bool hasContent = origin.IsOfImages ? item.ImageHash is not null : origin.HasText(item.Texts);
            if (!hasContent && origin.IsOfItems) return (null, origin.IsOfImages && item.Draft.Image is not null ? AtAnAddress : null);
            ItemEncoder? encoder;
            lock (_opening)
            {
                if (!_open.TryGetValue(modality.Name, out encoder)) _open.Add(modality.Name, encoder = ItemEncoder.Open(origin, models, fittedTo));
            }

            if (encoder is null)
                return (null, $"what made those of the data, {modality.Encoder ?? "an unknown encoder"} {modality.Version}".TrimEnd()
                    + $", is not at hand; give the service that model, or ready vectors of {modality.Dimensions:N0} numbers with the item");
            string? text = origin.IsOfImages ? null : encoder.TextOf(item.Texts);
            string hash = item.ImageHash is { } image && text is null ? image : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text!)));
            string source = VectorSource.Of(modality.Encoder, modality.Version, hash);
            if (known?.Source == source) return (known, null);
            (float[]? features, string? problem) = text is not null ? await encoder.EncodeAsync(text, cancel)
                : await encoder.EncodeAsync(await item.ImageAsync(cancel), "its image", cancel);
            if (features is not null && features.Length != modality.Dimensions)
                problem = $"its encoder gives {features.Length:N0} numbers where the run's data have {modality.Dimensions:N0}; use the model that encoded the data";
            return problem is not null ? (null, problem) : (new ItemVector(features!, source), null);
        }
    }
}
