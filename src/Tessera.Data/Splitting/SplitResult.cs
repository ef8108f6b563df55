using Tessera.Data.DatasetFolder;
using Tessera.Data.Filtering;

namespace Tessera.Data.Splitting;

/// <summary>What a split made.</summary>
/// <param name="Name">Name of the data set.</param>
/// <param name="Before">Size of the event log.</param>
/// <param name="After">Size of the data set.</param>
/// <param name="UntrainedUsers">Users with nothing in training, whom evaluation leaves out.</param>
internal sealed record SplitResult(string Name, EventLogStatistics Before, DatasetStatistics After, int UntrainedUsers);
