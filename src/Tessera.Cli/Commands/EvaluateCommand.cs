using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Cli.Output;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Scoring;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera evaluate</c></summary>
internal sealed class EvaluateCommand : TesseraCommand
{
    private const string Validation = "validation";
    private const string Test = "test";
    private readonly Option<string> _run = Flags.Run();
    private readonly Option<string> _data = Flags.Data();
    private readonly Option<string?> _split = Flags.OptionalText("--split", $"{Validation}|{Test}", $"what to measure on; default: {Test}");
    private readonly Option<string?> _protocol = Flags.Protocol("the run's");
    private readonly Option<string?> _candidates = Flags.OptionalText(
        "--candidates", $"{CandidateNames.All}|{CandidateNames.Cold}",
        $"items to rank: all, or only the cold ones that the split holds out; default: {CandidateNames.All}");

    private readonly Option<int> _threads = Flags.Threads();

    public EvaluateCommand(CliEnvironment environment, CancellationToken cancellationToken)
        : base("evaluate", "Measure a finished run on the data it was trained with.", environment, cancellationToken) =>
        Take(_run, _data, _split, _protocol, _candidates, _threads);

    protected override void Execute(ParseResult parsed, Session session)
    {
        string split = parsed.GetValue(_split) ?? Test;
        if (split is not (Validation or Test)) throw new InvalidInputException($"There is no split '{split}'; expected {Validation} or {Test}.");
        Protocol? asked = parsed.GetValue(_protocol) is { } name ? KebabCase.Parse<Protocol>("protocol", name) : null;
        using TrainedRun run = TrainedRun.Open(parsed.GetRequiredValue(_run), verifyAll: true);
        string directory = parsed.GetRequiredValue(_data);
        Dataset data = session.ReadData(directory);
        run.RequireTrainedOn(data, directory);
        Protocol protocol = asked ?? run.Config.Protocol;
        HeldOut heldOut = split == Test ? HeldOut.Test(data, protocol) : HeldOut.Validation(data);
        string candidates = parsed.GetValue(_candidates) ?? CandidateNames.All;
        SplitRecord? record = SplitRecord.ReadIfPresent(directory, data);
        heldOut = CandidateNames.Restrict(heldOut, candidates, record);
        using var device = new Device(parsed.GetValue(_threads));
        foreach (string notice in MetricNotices.Of([heldOut], data.Train)) session.Note(notice);
        using IScorer scorer = run.With(Additions.None).Scorer(); // what came after training is not measured
        EvaluationResult result = new Evaluator(device, data.Train).Evaluate(scorer, [heldOut], session.Cancellation)[0];
        session.Print(
            () => ToJson(run, protocol, candidates, result),
            console =>
            {
                Print(console, run, protocol, result);
                if (record?.Scheme == SplitRecord.ColdItems) console.WriteLine(MetricsOutput.ExplainCandidates(candidates));
            });
    }

    private static JsonObject ToJson(TrainedRun run, Protocol protocol, string candidates, EvaluationResult result)
    {
        RunConfig config = run.Config;
        JsonObject json = result.ToJson()!;
        json.Insert(0, "model", config.Model);
        json.Insert(1, "data", config.Data);
        json.Insert(2, "split", result.Split);
        json.Insert(3, "protocol", KebabCase.Of(protocol));
        json.Insert(4, "candidates", candidates);
        if (run.BehaviorWeight is not { } weight) return json;
        json.Insert(1, "behavior", KebabCase.Of(config.Training.Behavior));
        json.Insert(2, "behaviorWeight", weight);
        return json;
    }

    private static void Print(IAnsiConsole console, TrainedRun run, Protocol protocol, EvaluationResult result)
    {
        RunConfig config = run.Config;
        string behavior = run.BehaviorWeight is { } weight
            ? $" with behavior={KebabCase.Of(config.Training.Behavior)} of weight {weight.ToString(CultureInfo.InvariantCulture)}" : "";
        console.WriteLine($"{config.Model}{behavior} on {config.Data}, {result.Split}, {Figures.Counted(result.Users, "user")}");
        MetricsOutput.PrintAll(console, result);
        if (result.Warm is not null) MetricsOutput.PrintRows(console, "items", [("all", result)]);
        console.WriteLine(MetricsOutput.Explain(protocol));
    }
}
