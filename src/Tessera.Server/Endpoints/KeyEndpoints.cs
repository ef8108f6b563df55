using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Server.Access;
using Tessera.Server.Http;
using Tessera.Serving;
using Tessera.Serving.Stores;

namespace Tessera.Server.Endpoints;

/// <summary>The keys of the namespace.</summary>
internal static class KeyEndpoints
{
    private const int MaxName = 100;

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapGet("/keys", ListAsync).WithName("ListKeys").WithTags("keys").WithSummary("All keys, without their secrets").RequireScope(Scopes.Admin);
        group.MapPost("/keys", CreateAsync).WithName("CreateKey").WithTags("keys").WithSummary("Makes a key, whose secret is in this answer alone").RequireScope(Scopes.Admin);
        group.MapDelete("/keys/{id}", RevokeAsync).WithName("RevokeKey").WithTags("keys").WithSummary("Makes a key open nothing any more").RequireScope(Scopes.Admin)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<IReadOnlyList<KeyView>>> ListAsync(StoreSource source, CancellationToken cancel)
    {
        Store store = await source.OpenAsync();
        return TypedResults.Ok<IReadOnlyList<KeyView>>([.. (await store.Database.Keys.ListAsync(store, cancel)).Select(key => Views.Of(key))]);
    }

    private static async Task<Created<KeyView>> CreateAsync(Body<KeyBody> body, StoreSource source, CancellationToken cancel)
    {
        KeyBody wanted = body.Value;
        if (wanted.Name.Length is 0 or > MaxName) throw new InvalidInputException($"'name' has {wanted.Name.Length:N0} characters; expected 1 to {MaxName}.");
        KeyScopes scopes = wanted.Scopes.Aggregate(KeyScopes.None, (all, word) => all | (Scopes.Parse(word)
            ?? throw new InvalidInputException($"'scopes' has {SourceText.Quoted(word)}; expected some of {string.Join(", ", Scopes.All)}.")));
        if (scopes == KeyScopes.None) throw new InvalidInputException($"'scopes' is empty; expected some of {string.Join(", ", Scopes.All)}.");
        Store store = await source.OpenAsync();
        (AccessKey key, string secret) = await store.Database.Keys.CreateAsync(store, wanted.Name, scopes, cancel);
        return TypedResults.Created((string?)null, Views.Of(key, secret));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(string id, StoreSource source, Keyring keys, CancellationToken cancel)
    {
        Store store = await source.OpenAsync();
        bool isRevoked = await store.Database.Keys.RevokeAsync(store, id, cancel);
        keys.Forget();
        return isRevoked ? TypedResults.NoContent() : Problems.Missing("key", id, "expected the id of a key that was not revoked, which GET keys lists");
    }
}

/// <summary>A key that is to be made.</summary>
/// <param name="Name">What people call it, up to 100 characters.</param>
/// <param name="Scopes">What it allows: some of <c>read</c>, <c>write</c>, <c>admin</c>.</param>
internal sealed record KeyBody(string Name, IReadOnlyList<string> Scopes);
