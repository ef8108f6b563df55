using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tessera.Server.Endpoints;
using Tessera.Server.Page;

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
        StatusEndpoints.Map(group);
        TransferEndpoints.Map(group);
        ((IEndpointConventionBuilder)group).Finally(SharedEndpoint.Wrap);
        return group;
    }

    /// <summary>Maps the web page, which asks the endpoints in a browser with the key that its user gives it; it needs none itself, and has nothing secret.</summary>
    /// <param name="prefix">Where it is, such as <c>/</c>.</param>
    /// <param name="api">Where <see cref="MapTessera"/> has put the endpoints, behind the same host.</param>
    public static IEndpointConventionBuilder MapTesseraPage(this IEndpointRouteBuilder endpoints, string prefix, string api = "/v1")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrWhiteSpace(prefix);
        ArgumentException.ThrowIfNullOrWhiteSpace(api);
        var files = new PageFiles(api);
        string folder = prefix.TrimEnd('/');
        return endpoints.MapGet($"{folder}/{{file?}}", (HttpContext context, string? file = null) => file is null && folder.Length > 0 && !context.Request.Path.Value!.EndsWith('/')
            ? TypedResults.LocalRedirect($"~{folder}/") // so that the names of the other files are beside it
            : files.Find(file ?? "", context.Response) ?? TypedResults.NotFound()).ExcludeFromDescription();
    }
}
