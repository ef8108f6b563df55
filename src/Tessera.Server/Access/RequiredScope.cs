using Microsoft.AspNetCore.Builder;

namespace Tessera.Server.Access;

/// <summary>The scope that a key needs for an endpoint.</summary>
/// <param name="Scope">One of <see cref="Scopes.All"/>.</param>
internal sealed record RequiredScope(string Scope);

/// <summary>Says which scope an endpoint needs.</summary>
internal static class RequiredScopeConventions
{
    /// <summary>Requires a key with a scope.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string scope)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(Scopes.Policy(scope)).WithMetadata(new RequiredScope(scope));
}
