namespace Tessera.Serving;

/// <summary>State of the service in one process.</summary>
/// <param name="Model">What answers; null while nothing does.</param>
/// <param name="Refusal">Why what the store names is not served, a sentence; null where it is.</param>
/// <param name="Recommendations">The last five minutes.</param>
/// <param name="Log">How far the models that answer have followed the log.</param>
public sealed record ServiceStatus(ServedModel? Model, string? Refusal, RecentFigures Recommendations, LogLag Log);

/// <summary>The model that answers.</summary>
/// <param name="Id">Name of its generation.</param>
/// <param name="Since">When the generation was added.</param>
/// <param name="Modalities">By which modalities it tells likeness and its own scores; empty where it does not tell them apart.</param>
/// <param name="Items">What it knows.</param>
/// <param name="Challenger">Name of the generation that is tried beside it; null for none.</param>
/// <param name="Traffic">Share of the users whom that serves, 0 to 1.</param>
public sealed record ServedModel(string Id, DateTimeOffset? Since, IReadOnlyList<string> Modalities, ItemCounts Items, string? Challenger, double Traffic);

/// <summary>How many items a model knows, without those that were deleted.</summary>
/// <param name="Known">All of them.</param>
/// <param name="Cold">Those that came after its training, which it knows by their content alone.</param>
/// <param name="Hidden">Those that are left out of what is recommended.</param>
public sealed record ItemCounts(int Known, int Cold, int Hidden);

/// <summary>What became of requests lately.</summary>
/// <param name="Requests">How many there were.</param>
/// <param name="P50">Seconds within which half of them were answered; null where there were none.</param>
/// <param name="P99">Seconds within which 99 of 100 were answered; null where there were none.</param>
/// <param name="Lists">How many lists were handed out, those of batches included.</param>
/// <param name="Fallbacks">How many of the lists were of what is popular and new alone.</param>
public sealed record RecentFigures(long Requests, double? P50, double? P99, long Lists, long Fallbacks);

/// <summary>How far the models that answer have followed the log.</summary>
/// <param name="Position">Position of the last entry that they know.</param>
/// <param name="Behind">Entries that they did not know when it was last looked.</param>
/// <param name="Seconds">How long ago the log held what they know by now; 0 where they know all.</param>
public sealed record LogLag(long Position, long Behind, double Seconds);
