using Tessera.Compute.Random;
using Tessera.Compute.Tensors;

namespace Tessera.Recommendation.Checkpoints;

/// <summary>All that a training run needs to go on from the end of an epoch as if it had never stopped.</summary>
/// <remarks>The matrices belong to whoever created the state; a loaded state belongs to the caller.</remarks>
internal sealed record CheckpointState
{
    /// <summary>Number of epochs finished, 0 to 999999; it names the checkpoint.</summary>
    public required int Epoch { get; init; }

    /// <summary>Learning rate of the next step.</summary>
    public float LearningRate { get; init; }

    /// <summary>Best validation metric so far, finite, or null before the first evaluation.</summary>
    public double? BestMetric { get; init; }

    /// <summary>Epoch of <see cref="BestMetric"/>, or null before the first evaluation.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>Version of the library that wrote the state.</summary>
    public string LibraryVersion { get; init; } = typeof(CheckpointState).Assembly.GetName().Version!.ToString(fieldCount: 3);

    /// <summary>Hash of the configuration, by which a resuming run knows its own state.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>State of each random stream by its name.</summary>
    public IReadOnlyDictionary<string, RngState> RandomStates { get; init; } = new Dictionary<string, RngState>();

    /// <summary>Whatever else the run wants back, by name.</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();

    /// <summary>The model's parameters and buffers, names distinct.</summary>
    public required IReadOnlyList<(string Name, Matrix Value)> Parameters { get; init; }

    /// <summary>The optimizer's matrices, names distinct.</summary>
    public required IReadOnlyList<(string Name, Matrix Value)> Optimizer { get; init; }
}
