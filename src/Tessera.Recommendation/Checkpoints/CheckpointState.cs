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

    /// <summary>Where a loaded state was read.</summary>
    [JsonIgnore]
    public string Folder { get; private init; } = "";

    /// <summary>Copies a saved parameter or buffer.</summary>
    /// <exception cref="InvalidInputException">It is missing, of another shape, or not finite.</exception>
    public void CopyParameter(string name, Matrix target) => Copy(ModelFile, Parameters, name, target);

    /// <summary>Copies a saved matrix of the optimizer.</summary>
    /// <exception cref="InvalidInputException">It is missing, of another shape, or not finite.</exception>
    public void CopyOptimizer(string name, Matrix target) => Copy(OptimizerFile, Optimizer, name, target);

    /// <summary>The sentence for a state whose checksums agree and which still cannot be continued from.</summary>
    public InvalidInputException Unfit(string fault) => Unfit(StateFile, fault);

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
            Folder = folder,
            Parameters = SafetensorsReader.Read(Path.Combine(folder, ModelFile)),
            Optimizer = SafetensorsReader.Read(Path.Combine(folder, OptimizerFile)),
        };
    }

    private void Copy(string file, IReadOnlyList<(string Name, Matrix Value)> saved, string name, Matrix target)
    {
        Matrix? value = saved.FirstOrDefault(one => one.Name == name).Value;
        if (value is null) throw Unfit(file, $"has no '{name}'");
        if ((value.Rows, value.Columns) != (target.Rows, target.Columns))
            throw Unfit(file, $"holds '{name}' of {value.Rows} x {value.Columns}; expected {target.Rows} x {target.Columns}");
        if (value.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) throw Unfit(file, $"holds '{name}' with numbers that are not finite");
        target.CopyFrom(value);
    }

    private InvalidInputException Unfit(string file, string fault) =>
        new($"'{Path.Combine(Folder, file)}' {fault}, so the run cannot continue from it; restore it, delete its folder, or start again with --restart.");
}
