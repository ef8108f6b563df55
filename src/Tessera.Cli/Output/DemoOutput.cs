using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli.Output;

/// <summary>What the demonstration shows, as text and JSON.</summary>
internal sealed class DemoOutput(
    string run, string dataset, string preset, Dataset data, RunResult result, (string Name, EvaluationResult Result)[] results, TrainedRun trained, TimeSpan time)
{
    private const int ShownUsers = 5;
    private const int ShownItems = 3;
    private readonly int[] _users = [.. Enumerable.Range(0, ShownUsers).Select(n => n * data.Users / ShownUsers)];

    public static void PrintData(IAnsiConsole console, Dataset data)
    {
        console.WriteLine("Data: a synthetic data set of a shop: items with pictures and texts, and users who like what these show");
        DatasetOutput.Print(console, data.Name, DatasetStatistics.Of(data));
    }

    public void Print(IAnsiConsole console)
    {
        console.WriteLine($"Test: LIRDRec (preset {preset}) after epoch {result.BestEpoch} of {result.Epochs}, the best on validation, beside two baselines");
        MetricsOutput.PrintRows(console, "model", results);
        console.WriteLine(MetricsOutput.Explain(Protocol.Strict));
        PrintRecommendations(console);
        console.WriteLine($"Done in {Figures.Seconds(time.TotalSeconds)}. The run is saved in {run}, its data in {dataset}.");
        console.WriteLine("Try next (tessera is the installed tool, or 'dotnet run -c Release --project src/Tessera.Cli --'):");
        string user = Id(_users[0]), item = trained.Recommend(_users[0], 1)[0].Id;
        console.WriteLine($"  tessera recommend --run {NextSteps.Argument(run)} --user {user}");
        console.WriteLine($"  tessera recommend --run {NextSteps.Argument(run)} --liked {item}");
        console.WriteLine($"  tessera similar --run {NextSteps.Argument(run)} --item {item}");
        console.WriteLine($"  tessera serve --run {NextSteps.Argument(run)}");
        console.WriteLine($"  tessera evaluate --run {NextSteps.Argument(run)} --data {NextSteps.Argument(dataset)}");
    }

    public JsonObject ToJson() => new()
    {
        ["run"] = run,
        ["dataset"] = dataset,
        ["preset"] = preset,
        ["seconds"] = Math.Round(time.TotalSeconds, 3),
        ["data"] = DatasetOutput.ToJson(data.Name, DatasetStatistics.Of(data)),
        ["epochs"] = result.Epochs,
        ["bestEpoch"] = result.BestEpoch,
        ["protocol"] = KebabCase.Of(Protocol.Strict),
        ["test"] = new JsonObject(results.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)one.Result.ToJson()))),
        ["recommendations"] = new JsonArray([.. _users.Select(user => new JsonObject
        {
            ["user"] = Id(user),
            ["weights"] = RankingOutput.ToJson(trained.ChunkWeights(user)),
            ["items"] = RankingOutput.ToJson(trained.Recommend(user, ShownItems)),
        })]),
    };

    private void PrintRecommendations(IAnsiConsole console)
    {
        console.WriteLine($"Recommended to {ShownUsers} users: scores, and each modality's part in them");
        var table = new TextTable(3, ["user", "item", "title", "score", .. trained.Embeddings.Chunks]);
        foreach (int user in _users)
        {
            foreach (RankedItem item in trained.Recommend(user, ShownItems))
                table.Row([Id(user), item.Id, item.Title ?? "", Figures.Decimal(item.Score), .. item.Shares.Values.Select(part => Figures.Decimal(part))]);
        }

        table.PrintTo(console);
    }

    private static string Id(int user) => user.ToString(CultureInfo.InvariantCulture);
}
