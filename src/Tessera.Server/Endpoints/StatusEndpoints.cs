using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tessera.Server.Access;
using Tessera.Serving;
using Tessera.Serving.Telemetry;

namespace Tessera.Server.Endpoints;

/// <summary>How the service is.</summary>
internal static class StatusEndpoints
{
    public static void Map(IEndpointRouteBuilder group) =>
        group.MapGet("/status", Read).WithName("GetStatus").WithTags("status")
            .WithSummary("How this process does: its recommendations of the last five minutes, its model, and how far it knows the log").RequireScope(Scopes.Read);

    private static Ok<ServiceStatus> Read(StatusReader status) => TypedResults.Ok(status.Read());
}
