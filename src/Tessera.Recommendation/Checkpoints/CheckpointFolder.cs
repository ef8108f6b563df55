using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Checkpoints;

/// <summary>The files of one checkpoint: two of tensors, one of state, and the checksums of the three.</summary>
internal static class CheckpointFolder
{
    private const string ModelFile = "model.safetensors";
    private const string OptimizerFile = "optimizer.safetensors";
    private const string StateFile = "state.json";

    public static void Write(string folder, CheckpointState state) => Checksums.Write(
        folder,
        (ModelFile, SafetensorsWriter.Write(Path.Combine(folder, ModelFile), state.Parameters)),
        (OptimizerFile, SafetensorsWriter.Write(Path.Combine(folder, OptimizerFile), state.Optimizer)),
        (StateFile, JsonRecord.Write(Path.Combine(folder, StateFile), Scalars.Of(state))));

    /// <summary>What is damaged, as the end of a sentence about the folder, or null where all checksums agree.</summary>
    public static string? FindDamage(string folder) => Checksums.FindDamage(folder, ModelFile, OptimizerFile, StateFile);

    /// <summary>Reads a folder that is known to be undamaged.</summary>
    /// <exception cref="InvalidInputException">The state was written in a form that this version does not know.</exception>
    public static CheckpointState Read(string folder)
    {
        Scalars scalars = JsonRecord.ReadIfPresent<Scalars>(
            Path.Combine(folder, StateFile), "is of another form: this version cannot read the state", "resume with the version that wrote it")!;
        return scalars.With(
            SafetensorsReader.Read(Path.Combine(folder, ModelFile)),
            SafetensorsReader.Read(Path.Combine(folder, OptimizerFile)));
    }

    /// <summary>The part of a state that <c>state.json</c> holds.</summary>
    private sealed record Scalars(
        int Epoch,
        float LearningRate,
        string LibraryVersion,
        string ConfigHash,
        IReadOnlyDictionary<string, RngState> RandomStates,
        IReadOnlyDictionary<string, string> Extra,
        double? BestMetric = null,
        int? BestEpoch = null)
    {
        public static Scalars Of(CheckpointState state) => new(
            state.Epoch,
            state.LearningRate,
            state.LibraryVersion,
            state.ConfigHash,
            state.RandomStates,
            state.Extra,
            state.BestMetric,
            state.BestEpoch);

        public CheckpointState With(
            IReadOnlyList<(string Name, Matrix Value)> parameters,
            IReadOnlyList<(string Name, Matrix Value)> optimizer) => new()
            {
                Epoch = Epoch,
                LearningRate = LearningRate,
                BestMetric = BestMetric,
                BestEpoch = BestEpoch,
                LibraryVersion = LibraryVersion,
                ConfigHash = ConfigHash,
                RandomStates = RandomStates,
                Extra = Extra,
                Parameters = parameters,
                Optimizer = optimizer,
            };
    }
}
