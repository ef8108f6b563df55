using System.Numerics.Tensors;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Data;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Filters;
using Tessera.Serving.Following;
using Tessera.Serving.Generations;
using Tessera.Serving.Ranking;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Catalog;

/// <summary>Tells what an item would be like, by the encoders and the model that are served. Nothing is stored, and the model stays as it is.</summary>
internal sealed class ItemPreviewer(
    [FromKeyedServices] StoreSource source, [FromKeyedServices] ServedGenerations served, [FromKeyedServices] ItemVectors vectors,
    [FromKeyedServices] SearchQueue queue)
{
    private const string Id = "preview", TitleField = "title";
    private const int UsersBetweenLooks = 4096;

    /// <summary>The preview of an item.</summary>
    /// <param name="image">Its image, which has been looked at; null for none.</param>
    /// <exception cref="InvalidInputException">How many is out of range.</exception>
    /// <exception cref="NoModelException">Nothing is served.</exception>
    public async Task<ItemPreview> PreviewAsync(PreviewRequest request, ItemImage? image, CancellationToken cancel)
    {
        RequestRules.RequireCount(request.Count);
        using GenerationLease lease = served.Lease(user: null);
        LiveRecommender live = lease.Generation.Live;
        TrainedRun run = live.Current;
        IReadOnlyList<LiveModality> modalities = run.Live?.Modalities ?? [];
        string[] fields = [.. modalities.SelectMany(modality => modality.Fields ?? []).Distinct()];
        var draft = new ItemDraft(Id)
        {
            Title = request.Title,
            Texts = request.Text is { } text ? fields.Where(field => field != TitleField).Take(1).ToDictionary(field => field, _ => text) : new Dictionary<string, string>(),
        };
        VectorsOfItem made = await vectors.MakeAsync(new ItemToEncode(await source.OpenAsync(), null, draft, image, null, KeepsReady: false), cancel);
        List<string> notes = [.. made.Notes, .. Idle(request, image, modalities, fields)];
        var features = modalities.Where(modality => made.Vectors.TryGetValue(modality.Name, out ItemVector? vector) && VectorSource.IsOf(vector.Source, modality))
            .ToDictionary(modality => modality.Name, modality => made.Vectors[modality.Name].Values);
        if (VectorOf(live, features, notes) is not { } own) return new ItemPreview(lease.Generation.Name, [], [], [.. features.Keys.Order(StringComparer.Ordinal)]) { Notes = notes };
        LikelyBuyer[] buyers = BuyersOf(run, own, request.Count, cancel);
        if (buyers.Length == 0) notes.Add("The model knows of no user what they like, so it cannot tell whom the item would suit.");
        return new ItemPreview(lease.Generation.Name, await NearestAsync(lease.Generation, run, own, request.Count, cancel), buyers, [.. features.Keys.Order(StringComparer.Ordinal)])
        {
            Notes = notes,
        };
    }

    /// <summary>The item's vector; null, with a note, where the model cannot tell.</summary>
    private static float[]? VectorOf(LiveRecommender live, Dictionary<string, float[]> features, List<string> notes)
    {
        if (FollowedModel.WhyNoItems(live) is not null) return null; // which is noted already
        if (features.Count == 0)
        {
            notes.Add("Nothing of the item is what the model was trained with, so it cannot tell what the item is like; give it a text or an image.");
            return null;
        }

        try
        {
            return live.VectorOf(new NewItem(Id, features));
        }
        catch (InvalidInputException cause)
        {
            notes.Add(cause.Message);
            return null;
        }
    }

    /// <summary>What the model does not look at.</summary>
    private static IEnumerable<string> Idle(PreviewRequest request, ItemImage? image, IReadOnlyList<LiveModality> modalities, string[] fields)
    {
        if (image is not null && !modalities.Any(modality => ItemVectors.OriginOf(modality).IsOfImages)) yield return "The model was not trained with images, so the image has no effect.";
        if (request.Title is not null && !fields.Contains(TitleField)) yield return "The model was not trained with titles, so the title has no effect.";
        if (request.Text is not null && fields.All(field => field == TitleField)) yield return "The model was not trained with texts beside titles, so the text has no effect.";
    }

    private async Task<IReadOnlyList<SimilarItem>> NearestAsync(OpenGeneration generation, TrainedRun run, float[] vector, int count, CancellationToken cancel)
    {
        var direction = new float[vector.Length];
        if (TensorPrimitives.Norm<float>(vector) is > 0 and var length) TensorPrimitives.Divide(vector, length, direction);
        using ItemSet allowed = generation.Visible(run);
        using var search = new Search(run, allowed, count) { Query = direction, Factors = generation.Inverse(run, chunk: null), Cancellation = cancel };
        await queue.Run(search).ConfigureAwait(false);
        return [.. search.Found().Select(found => new SimilarItem(run.ItemId(found.Item), found.Score))];
    }

    /// <summary>The users of whom the model has learned or knows since what they like, by their scores.</summary>
    private static LikelyBuyer[] BuyersOf(TrainedRun run, float[] vector, int count, CancellationToken cancel)
    {
        using var best = new BestItems(Math.Min(count, Math.Max(1, run.UserCount)));
        for (int user = 0; user < run.UserCount; user++)
        {
            if (user % UsersBetweenLooks == 0) cancel.ThrowIfCancellationRequested();
            if (!run.Additions.Forgotten.Contains(user) && !run.IsUntrained(user)) best.Offer(TensorPrimitives.Dot(run.UserVector(user), vector), user);
        }

        return [.. best.ToList().Select(found => new LikelyBuyer(run.UserId(found.Item), found.Score))];
    }
}
