using Microsoft.Extensions.DependencyInjection;

namespace Tessera.Serving;

/// <summary>A service that is being put together: where it stores, and what it encodes with.</summary>
public interface ITesseraBuilder
{
    /// <summary>The host's services.</summary>
    IServiceCollection Services { get; }

    /// <summary>The key of the service among the host's services; null for the one without.</summary>
    string? Name { get; }
}
