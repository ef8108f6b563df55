using System.Text.Json.Nodes;

namespace Tessera.Serving.Stores;

/// <summary>What a generation is used for, as a word in the database.</summary>
internal enum GenerationState
{
    /// <summary>Nothing yet.</summary>
    Candidate,

    /// <summary>All requests that the challenger does not get; one generation at most.</summary>
    Champion,

    /// <summary>A share of the requests; one generation at most.</summary>
    Challenger,

    /// <summary>Nothing any more.</summary>
    Retired,
}

/// <summary>A finished run that the service can answer from.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Folder">The folder of the run.</param>
/// <param name="Metrics">Figures of its evaluation.</param>
/// <param name="TrainedTo">Position in the log up to which it was trained.</param>
internal sealed record StoredGeneration(string Id, string Folder, JsonObject Metrics, long TrainedTo)
{
    /// <summary>What it is used for.</summary>
    public GenerationState State { get; init; }

    /// <summary>Share of the traffic that it gets as challenger, 0 to 1; else 0.</summary>
    public double Traffic { get; init; }

    /// <summary>When it was added.</summary>
    public DateTimeOffset Created { get; init; }
}
