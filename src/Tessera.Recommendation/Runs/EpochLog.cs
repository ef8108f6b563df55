using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Runs;

/// <summary><c>epochs.jsonl</c>: one line an epoch.</summary>
internal sealed class EpochLog(string path)
{
    /// <summary>Drops the epochs after one, which a resumed run trains again.</summary>
    public void KeepUpTo(int epoch)
    {
        if (!File.Exists(path)) return;
        AtomicFile.WriteText(path, string.Concat(InputFile.ReadLines(path).Take(epoch).Select(line => line + "\n")));
    }

    public void Append(TrainingProgress result)
    {
        var line = new JsonObject
        {
            ["epoch"] = result.Epoch,
            ["loss"] = result.Loss,
            ["learningRate"] = result.LearningRate,
            ["trainSeconds"] = Math.Round(result.TrainSeconds, 3),
            ["evaluateSeconds"] = Math.Round(result.EvaluateSeconds, 3),
            ["best"] = result.IsBest,
        };
        if (result.Validation is { } validation)
        {
            line["validation"] = validation.MetricsToJson();
            validation.AddParts(line, part => part.MetricsToJson());
        }

        StorageException.Guard($"File '{path}'", () => File.AppendAllText(path, line.ToJsonString() + "\n"));
    }
}
