namespace Tessera.Serving;

/// <summary>What became of a batch of events.</summary>
/// <param name="Accepted">How many were stored.</param>
/// <param name="Duplicates">How many were stored already.</param>
/// <param name="Rejected">How many cannot be stored.</param>
/// <param name="Position">Position in the log by which all of the batch is there, also what was stored earlier; 0 where nothing of it is stored.</param>
public sealed record AppendResult(int Accepted, int Duplicates, int Rejected, long Position)
{
    /// <summary>Most rejected events that an answer names.</summary>
    public const int MaxRejections = 20;

    /// <summary>The first rejected events, up to <see cref="MaxRejections"/>, and why they were.</summary>
    public IReadOnlyList<RejectedEvent> Rejections { get; init; } = [];

    /// <summary>How many items that events of the batch name neither the catalog nor the model has; their events count once they are put.</summary>
    public int UnknownItems { get; init; }
}
