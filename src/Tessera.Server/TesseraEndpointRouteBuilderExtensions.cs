using Microsoft.AspNetCore.Routing;
using Tessera.Server.Endpoints;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Serves recommendations over HTTP from a host of ASP.NET Core.</summary>
public static class TesseraEndpointRouteBuilderExtensions
{
    /// <summary>Maps the endpoints, which answer those who have a key with the scope that each needs.</summary>
    /// <param name="prefix">Where they begin, such as <c>/v1</c>.</param>
    public static IEndpointConventionBuilder MapTessera(this IEndpointRouteBuilder endpoints, string prefix)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrWhiteSpace(prefix);
        RouteGroupBuilder group = endpoints.MapGroup(prefix);
        RecommendationEndpoints.Map(group);
        ItemEndpoints.Map(group);
        EventEndpoints.Map(group);
        UserEndpoints.Map(group);
        ModelEndpoints.Map(group);
        KeyEndpoints.Map(group);
        TransferEndpoints.Map(group);
        ((IEndpointConventionBuilder)group).Finally(SharedEndpoint.Wrap);
        return group;
    }
}
