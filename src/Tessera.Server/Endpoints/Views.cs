using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tessera.Server.Access;
using Tessera.Serving;
using Tessera.Serving.Generations;
using Tessera.Serving.Stores;

namespace Tessera.Server.Endpoints;

/// <summary>What is stored as it is shown, and what is sent as it is stored.</summary>
internal static class Views
{
    public static CatalogItem Item(string id, ItemBody body) =>
        new(id) { Title = body.Title, Attributes = body.Attributes, Texts = body.Texts, ImageAddress = body.Image, Hidden = body.Hidden };

    public static ItemView Of(CatalogEntry entry, ServedGenerations served) => new(
        entry.Item.Id, entry.Version, entry.Added, entry.Item.Title, entry.Item.Attributes, entry.Item.Texts, entry.Item.ImageAddress, entry.ImageType, entry.Item.Hidden,
        entry.Modalities, served.HasLearned(entry.Item.Id));

    public static KeyView Of(AccessKey key, string? secret = null) => new(key.Id, key.Name, Scopes.Of(key.Scopes), key.Created, key.Revoked, secret);

    public static ModelView Of(StoredGeneration one, ServedGenerations served) =>
        new(one.Id, one.State.ToString().ToLowerInvariant(), one.Traffic, one.Created, one.TrainedTo, one.Metrics, served.IsServed(one.Id));

    public static JobView Of(Job job) => new(job.Id, job.Kind, job.State, job.Progress, job.Result is null ? null : JsonNode.Parse(job.Result), job.Error, job.Created, job.Changed);

    /// <summary>Where a job is to be asked for, which a request beside the jobs has begun.</summary>
    public static string AddressOf(Job job, HttpRequest request) => $"{request.PathBase}{request.Path.Value![..request.Path.Value!.LastIndexOf('/')]}/jobs/{job.Id}";
}
