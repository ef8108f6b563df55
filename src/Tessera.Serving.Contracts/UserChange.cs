namespace Tessera.Serving;

/// <summary>What a merge or an erasure did.</summary>
/// <param name="Events">How many events became another user's, or are gone.</param>
/// <param name="Position">Position of its entry in the log.</param>
public sealed record UserChange(long Events, long Position);
