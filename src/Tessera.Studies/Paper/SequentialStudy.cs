using System.Globalization;
using System.Text.Json.Nodes;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Models;
using Tessera.Recommendation;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Training;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>
/// The paper's first open question (section VI): progressive weight copying over time. Each user's training interactions are cut by time into periods of as
/// many, and these take the place of modalities as LIRDRec's chunks.
/// </summary>
internal sealed class SequentialStudy : Study
{
    private const int MostPeriods = 4;
    private const string Modalities = "modalities";

    private static readonly (string Name, int? Periods, FusionMode Fusion)[] Chunks =
    [
        ("modalities, as published", null, FusionMode.Pwc), ("1 period", 1, FusionMode.Pwc), ("2 periods", 2, FusionMode.Pwc), ("4 periods", MostPeriods, FusionMode.Pwc),
        ("4 periods, static weights", MostPeriods, FusionMode.Static), ("4 periods, uniform weights", MostPeriods, FusionMode.Uniform),
    ];

    public override string Name => "sequential";

    public override string Title => "Weights over time";

    public override string Source => "Section VI";

    public override string Question => "Does it help to weigh a user's older and newer interactions as LIRDRec weighs modalities?";

    public override IReadOnlyList<string> Factors => ["data", "chunks", "periods"];

    public override IEnumerable<StudyCell> Cells(StudyRequest request)
    {
        if (request.Models.FirstOrDefault(model => StudyRequest.Catalog.Find(model).Name != "lirdrec") is { } other)
            throw new InvalidInputException($"The study {Name} is about the chunks of LIRDRec, so {StudyRequest.Catalog.Find(other).Title} would do nothing; leave it out.");
        foreach ((string folder, Dataset dataset) in request.Data)
        {
            if (dataset.Modalities.Count == 0)
                throw new InvalidInputException($"Data set '{dataset.Name}' has no item features, from which LIRDRec learns; make some with 'tessera data encode'.");
            if (InteractionTimes.ReadIfPresent(folder) is null)
                throw new InvalidInputException($"Data set '{dataset.Name}' has no column timestamp in its .inter file; make it by 'tessera data split --scheme temporal-user' of an event log with times.");
            if (!Enumerable.Range(0, dataset.Users).Any(user => dataset.Train.ItemsOf(user).Length >= MostPeriods))
                throw new InvalidInputException($"No user of data set '{dataset.Name}' has {MostPeriods} training items to cut into {MostPeriods} periods; expected longer histories.");
        }

        return
            from data in request.Free(Name, "fusion", "behavior", "behaviorWeight", "coldItems", "coldItemFactor").Data
            from chunks in Chunks
            select request.Cell(data.Folder, "lirdrec", new JsonObject { ["fusion"] = KebabCase.Of(chunks.Fusion) }) with
            {
                Factors = new() { ["data"] = data.Dataset.Name, ["chunks"] = chunks.Name, ["periods"] = chunks.Periods?.ToString(CultureInfo.InvariantCulture) ?? Modalities },
            };
    }

    public override string Measurement => Name;

    public override CellResult Measure(CellRun run)
    {
        if (run.Cell.Factors["periods"] == Modalities) return run.Train();
        Dataset data = run.ReadData();
        TrainingOptions training = run.TrainingOptions;
        var rng = new Rng(run.Seed);
        Interactions[] periods = PeriodsOf(
            data.Train, InteractionTimes.ReadIfPresent(run.Cell.Data, run.Cancellation)!, int.Parse(run.Cell.Factors["periods"], CultureInfo.InvariantCulture));
        using var model = new LirdRec.OfPeriods(run.Inputs(data, rng), periods, (LirdRecOptions)run.Options);
        using var trainer = new Trainer(model, data.Train, data.Validation, run.Device, rng.Stream("training"), training, data.ColdItems)
        {
            ConfigHash = run.Of(data).Config.Hash,
        };
        var directory = new RunDirectory(Directory.CreateDirectory(run.RunFolder).FullName);
        var log = new EpochLog(directory.EpochsFile);
        log.KeepUpTo(trainer.Resume(directory.Checkpoints, out _));
        TrainingResult trained = trainer.Run(directory.Checkpoints, new Recorder(log), run.Cancellation);
        using Embeddings embeddings = trainer.ComputeEmbeddings();
        HeldOut validation = HeldOut.Monitored(data.Train, data.Validation, data.ColdItems), test = HeldOut.Test(data, run.Protocol);
        IReadOnlyList<EvaluationResult> measured = new Evaluator(run.Device, data.Train).Evaluate(embeddings, [validation, test], run.Cancellation);
        return run.WithCurve(run.Result(data)) with
        {
            Epochs = trained.Epochs,
            BestEpoch = trained.BestEpoch,
            Validation = measured[0].ToJson(),
            Test = measured[1].ToJson(),
            Measured = new JsonObject { ["weights"] = new JsonArray([.. WeightsOf(embeddings.ChunkWeights!).Select(weight => (JsonNode)weight)]) },
        };
    }

    public override IEnumerable<ReportPart> Report(StudyOutcome outcome)
    {
        foreach (var data in outcome.Plan.Cells.GroupBy(cell => cell.Factors["data"]))
        {
            yield return ResultTable.Of($"Test metrics on {data.Key}", outcome, [.. data], "chunks");
            StudyCell[] weighed = [.. data.Where(cell => cell.Factors["periods"] != Modalities)];
            yield return new Table(
                $"Mean weight of each period on {data.Key}, from the oldest", ["chunks", .. Enumerable.Range(1, MostPeriods).Select(period => $"period {period}")],
                [.. weighed.Select(cell => Weights(cell, outcome.ResultsOf(cell)))]);
        }
    }

    /// <summary>Each user's interactions cut by time into parts of as many, the newest last and largest; those of one time are in the order of items.</summary>
    public static Interactions[] PeriodsOf(Interactions train, IReadOnlyDictionary<(int User, int Item), double> times, int count)
    {
        List<(int, int)>[] pairs = [.. Enumerable.Range(0, count).Select(_ => new List<(int, int)>())];
        for (int user = 0; user < train.Users; user++)
        {
            int[] items = train.ItemsOf(user).ToArray();
            Array.Sort([.. items.Select(item => (times[(user, item)], item))], items);
            for (int i = 0; i < items.Length; i++) pairs[count - 1 - ((items.Length - 1 - i) * count / items.Length)].Add((user, items[i]));
        }

        return [.. pairs.Select(period => Interactions.FromPairs(train.Users, train.Items, period))];
    }

    private static double[] WeightsOf(Matrix weights) =>
        [.. Enumerable.Range(0, weights.Columns).Select(chunk => Enumerable.Range(0, weights.Rows).Average(user => (double)weights[user, chunk]))];

    private static IReadOnlyList<TableCell> Weights(StudyCell cell, IReadOnlyList<CellResult> results) =>
    [
        cell.Factors["chunks"],
        .. Enumerable.Range(0, MostPeriods).Select(period => period < int.Parse(cell.Factors["periods"], CultureInfo.InvariantCulture)
            ? ResultTable.Mean(results, result => (double?)result.Measured["weights"]?[period]) : ""),
    ];

    /// <summary>Writes finished epochs down.</summary>
    private sealed class Recorder(EpochLog log) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Finished) log.Append(value);
        }
    }
}
