using System.Globalization;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Runs;

namespace Tessera.Studies.Reports;

/// <summary>What a training run says of itself, finished or not: its curves, results, weights and settings.</summary>
internal sealed class RunReport
{
    private static readonly MetricName[] Shown = [new(Metric.Recall, 10), new(Metric.Recall, 20), new(Metric.Ndcg, 10), new(Metric.Ndcg, 20)];
    private readonly RunConfig _config;
    private readonly RunResult? _result;
    private readonly EpochRecord[] _epochs;

    /// <summary>Reads a run.</summary>
    /// <exception cref="InvalidInputException">The folder holds none, or one of its files is damaged.</exception>
    public RunReport(string folder)
    {
        var directory = new RunDirectory(folder);
        _config = RunConfig.Read(directory.ConfigFile);
        if (directory.IsFinished) directory.VerifyAll();
        _result = directory.IsFinished ? RunResult.Read(directory.MetricsFile) : null;
        _epochs = File.Exists(directory.EpochsFile) ? [.. EpochRecord.Read(directory.EpochsFile)] : [];
    }

    /// <summary>Epochs trained so far.</summary>
    public int Epochs => _epochs.Length;

    public bool IsFinished => _result is not null;

    /// <summary>The report.</summary>
    public Report Report() => new("run", $"{_config.Model} on {_config.Data}", [new Paragraph(Summary()), .. Curves(), .. Results(), .. Weights(), .. Settings()]);

    private MetricName Monitor => MetricName.Parse(_config.Training.Monitor);

    private string Summary()
    {
        if (_config.IsItemBased) return $"The model is computed at once, without epochs{(IsFinished ? "" : ", and is not finished")}.";
        string time = string.Create(CultureInfo.InvariantCulture, $"{_epochs.Sum(epoch => epoch.Seconds):N1} s");
        if (_result is not { } result)
            return $"The run is not finished: {SourceText.Counted(Epochs, "epoch")} so far, which took {time}.";
        string end = result.StoppedEarly ? "stopped early" : "ran to the end";
        return $"The run {end} after {SourceText.Counted(result.Epochs, "epoch")}, which took {time}; it keeps the parameters of epoch {result.BestEpoch}.";
    }

    private IEnumerable<ReportPart> Curves()
    {
        if (Epochs == 0) yield break;
        yield return new Heading("Curves");
        yield return new LineFigure(
            "Loss", $"Mean loss of each epoch's batches: {NumberText.Of(_epochs[0].Loss)} in the first and {NumberText.Of(_epochs[^1].Loss)} in the last.", "epoch", "loss",
            [Curve("loss", epoch => epoch.Loss)]);
        MetricName[] metrics = [.. Shown.Append(Monitor).Distinct().Where(metric => _epochs.Any(epoch => epoch.Validation(metric) is not null))];
        if (metrics.Length == 0) yield break;
        EpochRecord best = _epochs.LastOrDefault(epoch => epoch.IsBest) ?? _epochs[^1];
        string found = best.Validation(Monitor) is { } value ? $" {Monitor} was {NumberText.Of(value)} in the best epoch, {best.Epoch}." : "";
        yield return new LineFigure(
            "Validation", $"Metrics on validation after each epoch, a line each.{found}", "epoch", "metric",
            [.. metrics.Select(metric => Curve(metric.ToString(), epoch => epoch.Validation(metric)))]);
        if (!_epochs.Any(epoch => epoch.Part("warm", Monitor) is not null)) yield break;
        yield return new LineFigure(
            $"{Monitor} of warm and cold items",
            $"{Monitor} on validation, all items ranked together: of the held-out items that somebody has in training, of those that nobody has, "
            + "their harmonic mean, by which the epoch is chosen, and of all.",
            "epoch", Monitor.ToString(),
            [
                Curve("warm items", epoch => epoch.Part("warm", Monitor)), Curve("cold items", epoch => epoch.Part("cold", Monitor)),
                Curve("harmonic mean", epoch => epoch.Part("harmonicMean", Monitor)), Curve("all items", epoch => epoch.Validation(Monitor)),
            ]);
    }

    private Line Curve(string name, Func<EpochRecord, double?> number)
    {
        (int Epoch, double? Value)[] points = [.. _epochs.Select(epoch => (epoch.Epoch, number(epoch))).Where(point => point.Item2 is not null)];
        return new Line(name, [.. points.Select(point => (double)point.Epoch)], [.. points.Select(point => point.Value!.Value)]);
    }

    private IEnumerable<ReportPart> Results()
    {
        if (_result is not { } result) yield break;
        (string Name, EvaluationResult? Result)[] all =
        [
            ("validation", result.Validation), ("validation, warm items", result.Validation.Warm), ("validation, cold items", result.Validation.Cold),
            ("test", result.Test), ("test, warm items", result.Test.Warm), ("test, cold items", result.Test.Cold), ("test among cold items", result.TestAmongCold),
        ];
        (string Name, EvaluationResult Result)[] measured = [.. from one in all where one.Result is { Users: > 0 } select (one.Name, one.Result)];
        if (measured.Length == 0) yield break;
        yield return new Heading("Results");
        MetricName[] metrics = [.. Shown.Append(Monitor).Distinct().Where(metric => measured.All(one => one.Result.Metrics.ContainsKey(metric)))];
        yield return new Table(
            $"Metrics, protocol {KebabCase.Of(_config.Protocol)}", ["split", "users", .. metrics.Select(metric => metric.ToString())],
            [.. measured.Select(one => (IReadOnlyList<TableCell>)[one.Name, new TableCell(one.Result.Users.ToString("N0", CultureInfo.InvariantCulture), one.Result.Users), .. metrics.Select(metric => Decimal(one.Result[metric]))])]);
    }

    private IEnumerable<ReportPart> Weights()
    {
        if (_result is not { ChunkWeights: { Count: > 0 } chunks }) yield break;
        yield return new Heading("Weights of the modalities");
        yield return new BarFigure(
            "Weights of the latent modalities", "Mean weight of each over the users, with an interval of one standard deviation over the users to either side. "
            + $"Alike for all would be {NumberText.Of(1.0 / chunks.Count)}; where the interval is short, users hardly differ.",
            "weight", [.. chunks.Select(chunk => chunk.Chunk)],
            [new BarSeries("weight", [.. chunks.Select(chunk => chunk.Mean)], [.. chunks.Select(chunk => chunk.Deviation)])]);
    }

    private IEnumerable<ReportPart> Settings()
    {
        yield return new Heading("Settings");
        yield return Options("Run", new JsonObject
        {
            ["model"] = _config.Model,
            ["data"] = _config.Data,
            ["modalities"] = string.Join(", ", _config.Modalities),
            ["seed"] = _config.Seed,
            ["protocol"] = KebabCase.Of(_config.Protocol),
            ["data's SHA-256"] = _config.DataFingerprint,
            ["version"] = _config.Version,
        });
        if (_config.ModelOptions.Count > 0) yield return Options($"Options of {_config.Model}", _config.ModelOptions);
        if (!_config.IsItemBased) yield return Options("Options of training", OptionsBinder.ToJson(_config.Training));
    }

    private static Table Options(string title, JsonObject options) => new(
        title, ["setting", "value"], [.. options.Select(option => (IReadOnlyList<TableCell>)[option.Key, Setting(option.Value)])]);

    private static string Setting(JsonNode? value) => value switch
    {
        null => "none",
        JsonObject weights => string.Join(", ", weights.Select(weight => $"{weight.Key}: {weight.Value}")),
        _ => value.ToString(),
    };

    private static TableCell Decimal(double value) => new(value.ToString("F4", CultureInfo.InvariantCulture), value);
}
