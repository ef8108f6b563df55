using System.CommandLine;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Models;
using Tessera.Recommendation.Recommenders;
using Tessera.Studies.Tuning;

namespace Tessera.Benchmarks;

/// <summary>
/// Compares models under one budget: settings by successive halving on validation, the chosen ones trained with three other seeds. One model after
/// another, so that processor time is a search's own.
/// </summary>
internal static class FairCommand
{
    /// <summary>Seeds of the figures reported, which nothing was chosen by.</summary>
    public static readonly IReadOnlyList<ulong> ReportedSeeds = [3, 4, 5];

    private static readonly ModelCatalog Models = ModelCatalog.Of(typeof(LirdRec).Assembly);

    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "lastfm, tiktok or movielens", Required = true };
        var track = new Option<string>("--track") { Description = "as-published (each model's own loss) or same-losses (the losses are among the settings)", Required = true };
        var models = new Option<string[]>("--model") { Description = "models to search settings for; default: all that the comparison names", AllowMultipleArgumentsPerToken = true };
        var minutes = new Option<double>("--minutes") { Description = "processor time of a model's search; a longer search goes on from a shorter one", DefaultValueFactory = _ => 20 };
        var command = new Command("fair", "search settings under one budget for each model and train what was chosen") { data, track, models, minutes };
        command.SetAction((parsed, cancellation) => Task.Run(
            () => Run(FairTrack.Parse(parsed.GetRequiredValue(track)), parsed.GetRequiredValue(data), parsed.GetValue(models) ?? [], parsed.GetValue(minutes), cancellation), cancellation));
        return command;
    }

    private static void Run(FairTrack track, string name, string[] only, double minutes, CancellationToken cancellation)
    {
        FairData data = FairData.Find(name);
        Dataset all = StudyData.Read(data.Name).Dataset, dataset = all.WithModalities(data.Modalities);
        foreach (string model in only.Length > 0 ? only : data.Models)
        {
            ModelDescription description = Models.Find(model);
            string folder = FolderOf(description);
            var search = new SuccessiveHalving(dataset, description, track.SpaceOf(description, data.Modalities), folder, 60 * minutes)
            {
                Note = line => Console.Error.WriteLine($"{DateTime.UtcNow:HH:mm} {name} {track.Name} {model}: {line}"),
            };
            SearchResult result = search.Run(cancellation);
            Console.Error.WriteLine($"{name} {track.Name} {model}: chose {SuccessiveHalving.Describe(result.Settings)} ({result.Validation:F4} on validation, {result.Drawn} drawn, {result.Finished} finished, {result.Seconds:F0} s)");
            foreach (ulong seed in ReportedSeeds) search.Of(result.Settings, seed).Train(int.MaxValue, cancellation);
            JsonRecord.Write(Path.Combine(folder, "search.json"), result);
        }

        FairReport.Write(dataset, track, data, FolderOf);

        string FolderOf(ModelDescription model) => Path.Combine(Checkout.Root, "runs", "fair", $"{name}-{track.Name}-{model.Name}");
    }
}

/// <summary>What the models may choose from.</summary>
/// <param name="Name">As the command line has it.</param>
internal sealed record FairTrack(string Name)
{
    public static FairTrack Parse(string name) => name is "as-published" or "same-losses" ? new(name)
        : throw new InvalidInputException($"There is no track '{name}'; expected as-published or same-losses.");

    public SearchSpace SpaceOf(ModelDescription model, IReadOnlyList<string> modalities)
    {
        SearchSpace space = PublishedSpaces.Of(model, modalities);
        return Name == "as-published" || model.IsItemBased ? space : PublishedSpaces.WithLosses(space);
    }
}

/// <summary>A data set of the comparison, its modalities, and the models compared.</summary>
internal sealed record FairData(string Name, string[] Modalities, string[] Models)
{
    private static readonly string[] AllModels = ["lirdrec", "vbpr", "freedom", "mf", "lightgcn", "bm3", "grcn", "lattice", "slmrec", "lgmrec", "micro", "ease", "item-knn"];

    private static readonly FairData[] All =
    [
        new("lastfm", ["audio", "text"], AllModels),
        new("movielens", ["minilm", "resnet18"], AllModels),
        new("tiktok", ["audio", "image"], ["lirdrec", "slmrec", "lattice", "grcn", "freedom", "lightgcn", "mf", "ease"]),
    ];

    public static FairData Find(string name) => All.FirstOrDefault(data => data.Name == name)
        ?? throw new InvalidInputException($"There is no comparison on '{name}'; expected one of {string.Join(", ", All.Select(data => data.Name))}.");
}
