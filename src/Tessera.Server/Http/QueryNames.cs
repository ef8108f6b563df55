using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Tessera.Data.Storage;

namespace Tessera.Server.Http;

/// <summary>The parameters that the query of an address may have: those of the handler that are neither in the path nor anything but texts, numbers and the like.</summary>
internal sealed class QueryNames(EndpointBuilder endpoint)
{
    private readonly string[] _known =
    [
        .. endpoint.Metadata.OfType<IParameterBindingMetadata>()
            .Where(one => one.HasTryParse || one.ParameterInfo.ParameterType == typeof(string))
            .Where(one => (endpoint as RouteEndpointBuilder)?.RoutePattern.GetParameter(one.Name) is null)
            .Select(one => one.Name),
    ];

    /// <summary>Refuses a query that has others.</summary>
    /// <exception cref="BadHttpRequestException">It has.</exception>
    public void Require(IQueryCollection query)
    {
        string? unknown = query.Keys.FirstOrDefault(name => !_known.Contains(name, StringComparer.OrdinalIgnoreCase));
        if (unknown is null) return;
        string expected = _known.Length == 0 ? "none, for the address takes no parameters" : $"{(_known.Length == 1 ? "" : "some of ")}{string.Join(", ", _known)}";
        throw new BadHttpRequestException($"The address takes no parameter {SourceText.Quoted(unknown)}; expected {expected}.");
    }
}
