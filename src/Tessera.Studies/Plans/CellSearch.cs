using System.Text.Json.Serialization;

namespace Tessera.Studies.Plans;

/// <summary>How a cell's settings are chosen, on validation, before it is measured.</summary>
/// <param name="Minutes">Processor time to spend.</param>
/// <param name="Losses">Whether the ranking losses, which all models are offered alike, are among the settings to choose from.</param>
internal sealed record CellSearch(double Minutes, bool Losses)
{
    /// <summary>Whether the scores of what is chosen and trained are corrected by EASE's, with a weight chosen on validation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Corrected { get; init; }
}
