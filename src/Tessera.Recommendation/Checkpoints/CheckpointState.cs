using System.Text.Json.Serialization;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Checkpoints;

/// <summary>All that a training run needs to go on from the end of an epoch as if it had never stopped.</summary>
/// <remarks>
/// The folder of a checkpoint holds two files of tensors, one of all else, and the checksums of the three. The matrices belong to
/// whoever created the state; a loaded state belongs to the caller.
/// </remarks>
internal sealed record CheckpointState
{
    private const string ModelFile = "model.safetensors";
    private const string OptimizerFile = "optimizer.safetensors";
    private const string StateFile = "state.json";

    /// <summary>Number of epochs finished, 0 to 999999; it names the checkpoint.</summary>
    public required int Epoch { get; init; }

    /// <summary>Learning rate of the next step.</summary>
    public required float LearningRate { get; init; }

    /// <summary>Best validation metric so far, finite, or null before the first evaluation.</summary>
    public double? BestMetric { get; init; }

    /// <summary>Epoch of <see cref="BestMetric"/>, or null before the first evaluation.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>Version of the library that wrote the state.</summary>
    public string LibraryVersion { get; init; } = typeof(CheckpointState).Assembly.GetName().Version!.ToString(fieldCount: 3);

    /// <summary>Hash of the configuration, by which a resuming run knows its own state.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>State of each random stream by its name.</summary>
    public required IReadOnlyDictionary<string, RngState> RandomStates { get; init; }

    /// <summary>Whatever else the run wants back, by name.</summary>
    public required IReadOnlyDictionary<string, string> Extra { get; init; }

    /// <summary>The model's parameters and buffers, names distinct.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Name, Matrix Value)> Parameters { get; init; } = [];

    /// <summary>The optimizer's matrices, names distinct.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Name, Matrix Value)> Optimizer { get; init; } = [];

    /// <summary>Writes the files of a checkpoint.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void Write(string folder) => Checksums.Write(
        folder,
        (ModelFile, SafetensorsWriter.Write(Path.Combine(folder, ModelFile), Parameters)),
        (OptimizerFile, SafetensorsWriter.Write(Path.Combine(folder, OptimizerFile), Optimizer)),
        (StateFile, JsonRecord.Write(Path.Combine(folder, StateFile), this)));

    /// <summary>What is damaged, as the end of a sentence about the folder, or null where all checksums agree.</summary>
    public static string? FindDamage(string folder) => Checksums.FindDamage(folder, ModelFile, OptimizerFile, StateFile);

    /// <summary>Reads a folder that is known to be undamaged.</summary>
    /// <exception cref="InvalidInputException">The state was written in a form that this version does not know.</exception>
    public static CheckpointState Read(string folder)
    {
        CheckpointState state = JsonRecord.ReadIfPresent<CheckpointState>(
            Path.Combine(folder, StateFile), "is of another form: this version cannot read the state", "resume with the version that wrote it")!;
        return state with
        {
            Parameters = SafetensorsReader.Read(Path.Combine(folder, ModelFile)),
            Optimizer = SafetensorsReader.Read(Path.Combine(folder, OptimizerFile)),
        };
    }
}
