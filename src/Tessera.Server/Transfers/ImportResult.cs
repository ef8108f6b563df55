namespace Tessera.Server.Transfers;

/// <summary>What became of an import.</summary>
/// <param name="Lines">Lines that were read, empty ones left out.</param>
/// <param name="Accepted">How many were stored.</param>
/// <param name="Duplicates">Events that were stored already.</param>
/// <param name="Rejected">How many cannot be stored.</param>
/// <param name="Errors">Why, of the first some.</param>
internal sealed record ImportResult(long Lines, long Accepted, long Duplicates, long Rejected, IReadOnlyList<LineError> Errors);

/// <summary>Why a line was not stored.</summary>
/// <param name="Line">Its number, 1 for the first.</param>
/// <param name="Error">A sentence.</param>
internal sealed record LineError(long Line, string Error);
