using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Data.Storage;
using Tessera.Server.Access;
using Tessera.Server.Http;
using Tessera.Serving;
using Tessera.Serving.Generations;

namespace Tessera.Server.Endpoints;

/// <summary>The shop's items.</summary>
internal static class ItemEndpoints
{
    /// <summary>Most bytes of an image that is sent.</summary>
    public const int MaxImage = 20 << 20;

    private const int MaxPreview = MaxImage + (1 << 20); // with the texts beside the image

    private const string FirstImageType = "image/png";
    private static readonly string[] OtherImageTypes = ["image/jpeg", "image/webp", "image/gif", "image/bmp"];

    private const string Remedy = "expected the id of an item that was put and not deleted";

    public static void Map(IEndpointRouteBuilder group)
    {
        ServerLimits limits = group.ServiceProvider.GetRequiredService<ServerLimits>();
        group.MapPut("/items/{id}", PutAsync).WithName("PutItem").WithTags("items")
            .WithSummary("Puts an item, which is recommended from now on; nothing is fetched from the address of its image, so put that itself, too")
            .RequireScope(Scopes.Write).ProducesProblem(StatusCodes.Status412PreconditionFailed);
        group.MapPut("/items/{id}/image", PutImageAsync).WithName("PutItemImage").WithTags("items").WithSummary("Gives an item another image: the raw file")
            .RequireScope(Scopes.Write).WithMetadata(new RequestSizeLimitAttribute(MaxImage)).Accepts<IFormFile>(FirstImageType, OtherImageTypes)
            .AddEndpointFilter(limits.OneOfFewAsync).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status412PreconditionFailed);
        group.MapPost("/items/preview", PreviewAsync).WithName("PreviewItem").WithTags("items")
            .WithSummary("What an item would be like, of which a form has the image, a title or a text: its neighbors and likely buyers; nothing is stored").RequireScope(Scopes.Read)
            .WithMetadata(new RequestSizeLimitAttribute(MaxPreview)).AddEndpointFilter(limits.OneOfFewAsync);
        group.MapPatch("/items/{id}", PatchAsync).WithName("PatchItem").WithTags("items").WithSummary("Changes an item by a JSON merge patch (RFC 7396)")
            .RequireScope(Scopes.Write).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status412PreconditionFailed);
        group.MapDelete("/items/{id}", DeleteAsync).WithName("DeleteItem").WithTags("items").WithSummary("Deletes an item").RequireScope(Scopes.Write)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status412PreconditionFailed);
        group.MapGet("/items/{id}", FindAsync).WithName("GetItem").WithTags("items").WithSummary("An item").RequireScope(Scopes.Read)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/items/{id}/image", FindImageAsync).WithName("GetItemImage").WithTags("items").WithSummary("The image of an item").RequireScope(Scopes.Read)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/items", PageAsync).WithName("ListItems").WithTags("items").WithSummary("Items in the order of their ids, those with some words in them, or all")
            .RequireScope(Scopes.Read);
    }

    private static async Task<Results<Ok<ItemReceipt>, Created<ItemReceipt>, ProblemHttpResult>> PutAsync(
        string id, Body<ItemBody> body, IItemCatalog catalog, HttpContext context, CancellationToken cancel)
    {
        ItemReceipt receipt = await catalog.PutAsync(
            Views.Item(id, body.Value), new ItemContent { Vectors = body.Value.Vectors }, EntityTags.Expected(context.Request), cancel);
        if (receipt.Outcome == ItemOutcome.Missing)
        {
            return Problems.Of(
                StatusCodes.Status412PreconditionFailed, $"There is no item {SourceText.Quoted(id)}, which If-Match expects; leave that header out to put a new one.");
        }

        if (receipt.Outcome != ItemOutcome.Created) return Changed(id, receipt, context.Response);
        EntityTags.Set(context.Response, receipt.Version);
        return TypedResults.Created($"{context.Request.PathBase}{context.Request.Path}", receipt);
    }

    private static async Task<Results<Ok<ItemReceipt>, Created<ItemReceipt>, ProblemHttpResult>> PutImageAsync(
        string id, IItemCatalog catalog, HttpContext context, CancellationToken cancel) =>
        Changed(id, await catalog.PutImageAsync(id, await ReadAsync(context.Request.Body, cancel), EntityTags.Expected(context.Request), cancel), context.Response);

    private static async Task<Ok<ItemPreview>> PreviewAsync(ItemForm form, IItemCatalog catalog, CancellationToken cancel, int count = 10)
    {
        ReadOnlyMemory<byte>? image = form.Image is null ? default(ReadOnlyMemory<byte>?) : await ReadAsync(form.Image.OpenReadStream(), cancel);
        return TypedResults.Ok(await catalog.PreviewAsync(new PreviewRequest { Title = form.Title, Text = form.Text, Image = image, Count = count }, cancel));
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, CancellationToken cancel)
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancel);
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    private static async Task<Results<Ok<ItemReceipt>, Created<ItemReceipt>, ProblemHttpResult>> PatchAsync(
        string id, Body<JsonObject> body, IItemCatalog catalog, HttpContext context, CancellationToken cancel) =>
        Changed(id, await catalog.PatchAsync(id, body.Value, EntityTags.Expected(context.Request), cancel), context.Response);

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string id, IItemCatalog catalog, HttpContext context, CancellationToken cancel)
    {
        ItemReceipt receipt = await catalog.DeleteAsync(id, EntityTags.Expected(context.Request), cancel);
        return Refusal(id, receipt) is { } problem ? problem : TypedResults.NoContent();
    }

    private static async Task<Results<Ok<ItemView>, ProblemHttpResult>> FindAsync(string id, IItemCatalog catalog, ServedGenerations served, HttpContext context, CancellationToken cancel)
    {
        if (await catalog.FindAsync(id, cancel) is not { } entry) return Problems.Missing("item", id, Remedy);
        EntityTags.Set(context.Response, entry.Version);
        return TypedResults.Ok(Views.Of(entry, served));
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> FindImageAsync(string id, IItemCatalog catalog, CancellationToken cancel)
    {
        if (await catalog.FindImageAsync(id, cancel) is not { } image)
            return Problems.Missing("image of an item", id, "expected an item whose image was put");
        return TypedResults.Bytes(image.Bytes, image.MediaType);
    }

    private static async Task<Ok<ItemPage>> PageAsync(
        IItemCatalog catalog, ServedGenerations served, CancellationToken cancel, string? after = null, int limit = 100, string? q = null)
    {
        IReadOnlyList<CatalogEntry> entries = await catalog.PageAsync(after, limit, q, cancel);
        return TypedResults.Ok(new ItemPage([.. entries.Select(entry => Views.Of(entry, served))], entries.Count < limit ? null : entries[^1].Item.Id));
    }

    private static Results<Ok<ItemReceipt>, Created<ItemReceipt>, ProblemHttpResult> Changed(string id, ItemReceipt receipt, HttpResponse response)
    {
        if (Refusal(id, receipt) is { } problem) return problem;
        EntityTags.Set(response, receipt.Version);
        return TypedResults.Ok(receipt);
    }

    private static ProblemHttpResult? Refusal(string id, ItemReceipt receipt) => receipt.Outcome switch
    {
        ItemOutcome.Missing => Problems.Missing("item", id, Remedy),
        ItemOutcome.Conflict => Problems.Of(
            StatusCodes.Status412PreconditionFailed, $"The item {SourceText.Quoted(id)} has version {receipt.Version} by now; read it and change that version."),
        _ => null,
    };
}
