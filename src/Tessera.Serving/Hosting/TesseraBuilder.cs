using Microsoft.Extensions.DependencyInjection;

namespace Tessera.Serving.Hosting;

/// <inheritdoc/>
internal sealed class TesseraBuilder(IServiceCollection services) : ITesseraBuilder
{
    /// <inheritdoc/>
    public IServiceCollection Services => services;
}
