namespace Tessera.Data.Importing;

/// <summary>Progress of an import.</summary>
/// <param name="Stage">The current stage: "events", "items" or "writing".</param>
/// <param name="Events">Events read so far.</param>
/// <param name="Share">How much of the stage's file has been read, 0 to 1.</param>
public sealed record ImportProgress(string Stage, long Events, double Share);
