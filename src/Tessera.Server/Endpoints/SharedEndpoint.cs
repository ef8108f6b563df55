using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.Server.Access;
using Tessera.Server.Http;

namespace Tessera.Server.Endpoints;

/// <summary>
/// What all endpoints have in common, whatever else the host does: ids are restored, limits hold, queries have known parameters, bodies are
/// unpacked, and what is thrown becomes a problem.
/// </summary>
internal static class SharedEndpoint
{
    /// <summary>Wraps an endpoint.</summary>
    public static void Wrap(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is not { } next) return;
        RequestDelegate unpacked = BodyEncodings.Unpacked(next, endpoint.ApplicationServices);
        var query = new QueryNames(endpoint);
        endpoint.RequestDelegate = context => AnswerAsync(context, query, unpacked);
    }

    private static async Task AnswerAsync(HttpContext context, QueryNames query, RequestDelegate next)
    {
        try
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            RouteIds.Restore(context);
            ServerLimits limits = context.RequestServices.GetRequiredService<ServerLimits>();
            using RateLimitLease lease = await limits.EnterAsync(context.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "", context.RequestAborted);
            if (!lease.IsAcquired)
            {
                await RefuseAsync(context);
                return;
            }

            query.Require(context.Request.Query);
            await next(context);
        }
        catch (Exception cause)
        {
            await Problems.AnswerAsync(context, cause, context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Tessera.Server"));
        }
    }

    private static Task RefuseAsync(HttpContext context) => Problems.TooMany(context).ExecuteAsync(context);
}
