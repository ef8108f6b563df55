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
