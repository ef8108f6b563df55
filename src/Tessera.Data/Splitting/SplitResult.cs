using Tessera.Data.DatasetFolder;
using Tessera.Data.Filtering;

namespace Tessera.Data.Splitting;

/// <summary>The result of a split.</summary>
/// <param name="Name">Name of the data set.</param>
/// <param name="Before">Size of the event log.</param>
/// <param name="After">Size of the data set.</param>
/// <param name="UntrainedUsers">Users with nothing in training, who are excluded from evaluation.</param>
/// <param name="Untimed">Events without a time, which a scheme by time took for the earliest; 0 for other schemes.</param>
internal sealed record SplitResult(string Name, EventLogStatistics Before, DatasetStatistics After, int UntrainedUsers, long Untimed);
