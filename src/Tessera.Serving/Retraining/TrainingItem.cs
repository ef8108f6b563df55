using Tessera.Data;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Catalog;
using Tessera.Serving.Following;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Retraining;

/// <summary>An item of the catalog.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">What people call it, or null.</param>
/// <param name="Features">Its features by modality, where they are others than the run has, or the run has none.</param>
internal sealed record TrainingItem(string Id, string? Title, IReadOnlyDictionary<string, float[]> Features)
{
    private const int PageSize = 500;

    /// <summary>Reads the whole catalog. An item that is new to the run, and of which there are no vectors, is encoded.</summary>
    /// <param name="trainedTo">Position up to which the run knows the catalog.</param>
    /// <param name="modalities">The modalities that are trained with.</param>
    public static async Task<IReadOnlyList<TrainingItem>> ReadAsync(
        Store store, TrainedRun run, long trainedTo, IReadOnlyList<Modality> modalities, ItemVectors encoders, CancellationToken cancel)
    {
        LiveModality[] kept =
            [.. modalities.Select(one => new LiveModality(one.Name, one.Dimensions, Weight: 0) { Encoder = one.Encoder, Version = one.Version })];
        var items = new List<TrainingItem>();
        for (string? after = null; await store.Items.PageAsync(after, PageSize, query: null, cancel) is { Count: > 0 } page; after = page[^1].Content.Id)
        {
            Dictionary<string, Dictionary<string, ItemVector>> stored = await store.Items.VectorsAsync(page.Select(item => item.Content.Id), cancel);
            foreach (StoredItem item in page)
            {
                int? number = run.TryFindItem(item.Content.Id);
                bool isAsTrained = number < run.TrainedItems && item.Version <= trainedTo;
                Dictionary<string, float[]> features = isAsTrained ? [] : Fitting(stored.GetValueOrDefault(item.Content.Id), kept);
                if (number is null && features.Count == 0 && kept.Length > 0)
                {
                    var wanted = new ItemToEncode(store, item, item.Content, NewImage: null, Ready: null, KeepsReady: true);
                    features = Fitting((await encoders.MakeAsync(wanted, cancel)).Vectors, kept);
                }

                items.Add(new TrainingItem(item.Content.Id, item.Content.Title, features));
            }
        }

        return items;
    }

    private static Dictionary<string, float[]> Fitting(IReadOnlyDictionary<string, ItemVector>? vectors, LiveModality[] modalities) => new(
        from modality in modalities
        let vector = vectors?.GetValueOrDefault(modality.Name)
        where vector is not null && vector.Values.Length == modality.Dimensions && VectorSource.IsOf(vector.Source, modality)
        select KeyValuePair.Create(modality.Name, vector.Values));
}
