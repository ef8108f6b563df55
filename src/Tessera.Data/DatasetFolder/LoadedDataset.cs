namespace Tessera.Data.DatasetFolder;

/// <summary>A data set read from disk, with what a person should know about it.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Notices">
/// One sentence each: merged duplicates, items without features, users left out of evaluation, …; empty where all is regular.
/// </param>
public sealed record LoadedDataset(Dataset Dataset, IReadOnlyList<string> Notices);
