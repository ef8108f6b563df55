using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Metrics;

namespace Tessera.Studies.Reports;

/// <summary>A line of a run's <c>epochs.jsonl</c>.</summary>
internal sealed class EpochRecord
{
    private readonly JsonObject _line;

    private EpochRecord(JsonObject line)
    {
        _line = line;
        Epoch = (int)Required("epoch");
        Loss = (double)Required("loss");
        IsBest = (bool)Required("best");
        Seconds = (double)Required("trainSeconds") + (double)Required("evaluateSeconds");
    }

    /// <summary>Its number, from 1.</summary>
    public int Epoch { get; }

    /// <summary>Mean loss of its batches.</summary>
    public double Loss { get; }

    /// <summary>Whether it was the best when it ended.</summary>
    public bool IsBest { get; }

    /// <summary>What it took, with what was measured at its end.</summary>
    public double Seconds { get; }

    /// <summary>A metric on validation; null where it was not measured.</summary>
    public double? Validation(MetricName metric) => Part("validation", metric);

    /// <summary>A metric of a part of validation, such as <c>warm</c>; null where it was not measured.</summary>
    public double? Part(string part, MetricName metric) => (double?)_line[part]?[metric.ToString()];

    /// <summary>The epochs of a file; a last line that is being written is left out.</summary>
    /// <exception cref="InvalidInputException">Another line is no epoch.</exception>
    public static IReadOnlyList<EpochRecord> Read(string path)
    {
        string text = InputFile.ReadText(path);
        string[] lines = text.Split('\n')[..^1];
        return [.. lines.Select((line, number) => Parse(line, path, number + 1))];
    }

    private static EpochRecord Parse(string line, string path, int number)
    {
        try
        {
            return new EpochRecord(JsonNode.Parse(line, documentOptions: JsonRecord.Strict)?.AsObject() ?? throw new JsonException("it is null"));
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidInputException($"Line {number} of '{path}' is no epoch of a run ({SourceText.Reason(cause)}); restore the file, or delete the run and train again.", cause);
        }
    }

    private JsonNode Required(string key) => _line[key] ?? throw new JsonException($"it has no '{key}'");
}
