namespace Tessera.Features.Filtering;

/// <summary>What a filter did.</summary>
/// <param name="Before">Size of the catalogue it read.</param>
/// <param name="After">Size of the catalogue it wrote.</param>
/// <param name="Rounds">Passes over the events until no more users and items had to go.</param>
public sealed record FilterResult(CatalogueStatistics Before, CatalogueStatistics After, int Rounds);
