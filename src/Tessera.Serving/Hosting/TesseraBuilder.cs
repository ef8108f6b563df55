using Microsoft.Extensions.DependencyInjection;

namespace Tessera.Serving.Hosting;

/// <inheritdoc/>
internal sealed class TesseraBuilder(IServiceCollection services, string? name) : ITesseraBuilder
{
    /// <inheritdoc/>
    public IServiceCollection Services => services;

    /// <inheritdoc/>
    public string? Name => name;
}

/// <summary>That the host has a service of a name.</summary>
internal sealed record NamedService(string Name);
