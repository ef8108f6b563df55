using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tessera.Server.Access;
using Tessera.Server.Http;
using Tessera.Serving;
using Tessera.Serving.Generations;

namespace Tessera.Server.Endpoints;

/// <summary>What is known of users.</summary>
internal static class UserEndpoints
{
    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapGet("/users/{id}", FindAsync).WithName("GetUser").WithTags("users").WithSummary("What a user did, newest first, and how much each modality counts").RequireScope(Scopes.Read);
        group.MapDelete("/users/{id}", EraseAsync).WithName("EraseUser").WithTags("users")
            .WithSummary("Erases a user and the sessions merged into it; later events of these ids are rejected, and no training reads them").RequireScope(Scopes.Admin);
        group.MapPost("/users/{id}/merge", MergeAsync).WithName("MergeUsers").WithTags("users").WithSummary("Makes what a session did a user's, as at a login")
            .RequireScope(Scopes.Write);
    }

    private static async Task<Ok<UserView>> FindAsync(string id, IEventLog log, ServedGenerations served, CancellationToken cancel, int limit = 100) =>
        TypedResults.Ok(new UserView(id, await log.HistoryAsync(id, PageLimit.Checked(limit, UserView.MaxHistory), cancel), WeightsOf(id, served)));

    /// <summary>How much each modality counts for a user; null where the model that serves the user does not say.</summary>
    private static IReadOnlyDictionary<string, float>? WeightsOf(string id, ServedGenerations served)
    {
        if (served.Current is null) return null;
        using GenerationLease lease = served.Lease(id);
        return lease.Generation.WeightsOf(id);
    }

    private static async Task<NoContent> EraseAsync(string id, IEventLog log, CancellationToken cancel)
    {
        await log.EraseAsync(id, cancel);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<UserChange>> MergeAsync(string id, Body<MergeBody> body, IEventLog log, CancellationToken cancel) =>
        TypedResults.Ok(await log.MergeAsync(body.Value.From, id, cancel));
}

/// <summary>Whose history becomes a user's.</summary>
/// <param name="From">Id of the session.</param>
internal sealed record MergeBody(string From);
