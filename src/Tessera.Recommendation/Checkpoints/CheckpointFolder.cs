using System.Text;
using System.Text.Json;
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

    /// <summary>In the format of <c>sha256sum</c>, so that <c>sha256sum --check SHA256SUMS</c> verifies a checkpoint as well.</summary>
    private const string ChecksumFile = "SHA256SUMS";

    private static readonly JsonSerializerOptions StateOptions = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private static readonly string[] CheckedFiles = [ModelFile, OptimizerFile, StateFile];

    public static void Write(string folder, CheckpointState state)
    {
        string[] checksums =
        [
            SafetensorsWriter.Write(Path.Combine(folder, ModelFile), state.Parameters),
            SafetensorsWriter.Write(Path.Combine(folder, OptimizerFile), state.Optimizer),
            AtomicFile.Write(Path.Combine(folder, StateFile), stream => JsonSerializer.Serialize(stream, Scalars.Of(state), StateOptions)),
        ];
        IEnumerable<string> lines = CheckedFiles.Zip(checksums, (file, checksum) => $"{checksum}  {file}\n");
        AtomicFile.Write(Path.Combine(folder, ChecksumFile), stream => stream.Write(Encoding.ASCII.GetBytes(string.Concat(lines))));
    }

    /// <summary>What is damaged, as the end of a sentence about the folder, or null where all checksums agree.</summary>
    public static string? FindDamage(string folder)
    {
        string checksumPath = Path.Combine(folder, ChecksumFile);
        if (!File.Exists(checksumPath)) return $"{ChecksumFile} is missing";
        string[] lines = File.ReadAllLines(checksumPath);
        foreach (string file in CheckedFiles)
        {
            string path = Path.Combine(folder, file);
            if (!File.Exists(path)) return $"{file} is missing";
            if (!lines.Contains($"{AtomicFile.Checksum(path)}  {file}")) return $"{file} does not match its checksum in {ChecksumFile}";
        }

        return null;
    }

    /// <summary>Reads a folder that is known to be undamaged.</summary>
    /// <exception cref="InvalidInputException">The state was written in a form that this version does not know.</exception>
    public static CheckpointState Read(string folder)
    {
        string path = Path.Combine(folder, StateFile);
        try
        {
            using FileStream stream = File.OpenRead(path);
            Scalars scalars = JsonSerializer.Deserialize<Scalars>(stream, StateOptions) ?? throw new JsonException("it is null");
            return scalars.With(
                SafetensorsReader.Read(Path.Combine(folder, ModelFile)),
                SafetensorsReader.Read(Path.Combine(folder, OptimizerFile)));
        }
        catch (JsonException cause)
        {
            throw new InvalidInputException(
                $"{path}: this version cannot read the state ({cause.Message}); resume with the version that wrote it.",
                cause);
        }
    }

    /// <summary>The part of a state that <c>state.json</c> holds.</summary>
    private sealed record Scalars(
        int Epoch,
        float LearningRate,
        double? BestMetric,
        int? BestEpoch,
        string LibraryVersion,
        string ConfigHash,
        IReadOnlyDictionary<string, RngState> RandomStates,
        IReadOnlyDictionary<string, string> Extra)
    {
        public static Scalars Of(CheckpointState state) => new(
            state.Epoch,
            state.LearningRate,
            state.BestMetric,
            state.BestEpoch,
            state.LibraryVersion,
            state.ConfigHash,
            state.RandomStates,
            state.Extra);

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
