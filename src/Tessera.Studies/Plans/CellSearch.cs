namespace Tessera.Studies.Plans;

/// <summary>How a cell's settings are chosen, on validation, before it is measured.</summary>
/// <param name="Minutes">Processor time to spend.</param>
/// <param name="Losses">Whether the ranking losses, which all models are offered alike, are among the settings to choose from.</param>
internal sealed record CellSearch(double Minutes, bool Losses);
