using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Splitting;
using Tessera.Models;
using Tessera.Recommendation;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Scoring;
using Tessera.Recommendation.Training;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;

namespace Tessera.Studies.Paper;

/// <summary>
/// Fig. 4: items that nobody had in training, found among themselves and among all. A fifth of the items is held out, and measured in two ways: alone, as the
/// paper does, and beside warm items.
/// </summary>
internal sealed partial class ColdStartStudy : Study
{
    private const int MinItems = 10;
    private const string ContentModel = "content-neighbors", RandomModel = "random";
    private const string ByDegree = "recallByDegree";
    private static readonly MetricName Recall = new(Metric.Recall, 20);

    // Training interactions of an item, from and up to; cold are those that were held out.
    private static readonly (int From, int To, string Name)[] Degrees =
        [(-1, -1, "cold"), (0, 4, "0-4"), (5, 9, "5-9"), (10, 19, "10-19"), (20, 49, "20-49"), (50, int.MaxValue, "50 and more")];

    private static readonly SplitScheme[] Splits = [SplitScheme.ColdItems, SplitScheme.ColdMixed];

    public override string Name => "cold-start";

    public override string Title => "Items that nobody had";

    public override string Source => "Fig. 4";

    public override string Question => "Who finds items without a training interaction, and what does it cost the other items?";

    public override IReadOnlyList<string> Factors => ["data", "split", "method"];

    public override IEnumerable<StudyCell> Cells(StudyRequest request)
    {
        foreach ((_, Dataset dataset) in request.Data)
        {
            if (dataset.Modalities.Count == 0)
                throw new InvalidInputException($"Data set '{dataset.Name}' has no item features, by which alone new items can be known; make some with 'tessera data encode'.");
            if (dataset.Items < MinItems)
                throw new InvalidInputException($"Data set '{dataset.Name}' has {dataset.Items} items; expected at least {MinItems}, of which a fifth is held out.");
        }

        return
            from data in request.Free(Name, "coldItems", "coldItemFactor").Data
            from split in Splits
            from method in Methods(request, split)
            let cell = method.Of(data.Folder)
            select cell with
            {
                Variant = cell.Variant with { Split = split, Modalities = request.Modalities.GetValueOrDefault(data.Folder) },
                Factors = new() { ["data"] = data.Dataset.Name, ["split"] = KebabCase.Of(split), ["method"] = method.Name },
            };
    }

    public override bool Trains(StudyCell cell) => cell.Model is not (ContentModel or RandomModel);

    public override string Measurement => Name;

    public override CellResult Measure(CellRun run)
    {
        if (Trains(run.Cell))
        {
            CellResult result = run.Train();
            if (run.Cell.Variant.WithoutCold) return WithColdAdded(run, result);
            using TrainedRun trained = TrainedRun.Open(run.RunFolder);
            using IScorer scorer = trained.Scorer();
            return result with { Measured = Measured(run, run.ReadData(), scorer) };
        }

        Dataset data = run.ReadData();
        using Embeddings random = RandomScores.Embeddings(data.Users, data.Items, new Rng(run.Seed).Stream("random"));
        using IScorer untrained = run.Cell.Model == RandomModel ? new DotProductScorer(random)
            : new ItemWeightsScorer(
                new ItemWeights(ContentNeighbors.Weights(data.Modalities, data.Train, new TrainingOptions().ColdItemNeighbors, new NeighborGraphs(run.Device, null, run.Cancellation))),
                data.Train.ItemsOf);
        var evaluator = new Evaluator(run.Device, data.Train);
        HeldOut[] splits = [HeldOut.Test(data, run.Protocol), .. HeldOut.TestAmongCold(data) is { } amongCold ? [amongCold] : Array.Empty<HeldOut>()];
        IReadOnlyList<EvaluationResult> measured = evaluator.Evaluate(untrained, splits, run.Cancellation);
        return run.Result(data) with { Test = measured[0].ToJson(), TestAmongCold = measured.ElementAtOrDefault(1)?.ToJson(), Measured = Measured(run, data, untrained) };
    }

    /// <summary>
    /// The cold items, which the trained run knows nothing of, added to it as a shop adds what is new, and all of test measured (inductive; the other ways to
    /// find them are transductive). Unless the factor on cold items is set, validation chooses it, where they are added, too.
    /// </summary>
    private static CellResult WithColdAdded(CellRun run, CellResult trained)
    {
        Dataset all = run.ReadData(run.Cell.Variant with { WithoutCold = false });
        using LiveRecommender live = LiveRecommender.Open(run.RunFolder, StudyRequest.Catalog);
        using Matrix added = AddCold(live, all);
        Matrix usersOfRun = live.Current.Embeddings.Users;
        var evaluator = new Evaluator(run.Device, all.Train);
        float factor = run.Cell.Settings["coldItemFactor"] is not null ? 1 // and the vectors have what is set
            : TrainingOptions.ColdItemFactors.MaxBy(factor =>
            {
                using Matrix candidates = Scaled(factor);
                using DotProductScorer ofCandidates = ScorerOf(candidates);
                return evaluator.Evaluate(ofCandidates, [HeldOut.Validation(all)], run.Cancellation)[0].HarmonicMean(Recall);
            });
        using Matrix vectors = Scaled(factor);
        using DotProductScorer scorer = ScorerOf(vectors);
        EvaluationResult test = evaluator.Evaluate(scorer, [HeldOut.Test(all, run.Protocol)], run.Cancellation)[0];
        run.WriteUsers(all, scorer);
        JsonObject measured = Measured(run, all, scorer);
        measured["testBefore"] = trained.Test?.DeepClone();
        measured["coldItemFactor"] = factor;
        return trained with { DataFingerprint = DatasetFingerprint.Of(all), Test = test.ToJson(), Measured = measured };

        DotProductScorer ScorerOf(Matrix items) => new(items, (users, queries, device) => device.GatherRows(usersOfRun, users, queries));

        Matrix Scaled(float factor)
        {
            Matrix scaled = added.Clone();
            foreach (int item in all.ColdItems!) TensorPrimitives.Multiply(scaled.Row(item), factor, scaled.Row(item));
            return scaled;
        }
    }

    /// <summary>Adds the cold items that a run was trained without.</summary>
    /// <param name="all">The data with them.</param>
    /// <returns>The vectors of all items in the order of the data, <c>[|I| x d]</c>.</returns>
    internal static Matrix AddCold(LiveRecommender live, Dataset all)
    {
        int[] known = DataVariant.ItemsWithoutCold(all), added = [.. Enumerable.Range(0, all.Items).Except(known)];
        live.AddItems([.. added.Select(item => NewItem.Of($"added {all.ItemId(item)}", all, item))]);
        Matrix rows = live.Current.ItemVectors; // those of training, then the added ones
        var vectors = new Matrix(all.Items, rows.Columns);
        foreach ((int row, int item) in known.Concat(added).Index()) rows.Row(row).CopyTo(vectors.Row(item));
        return vectors;
    }

    /// <summary>The ways to find cold items. Where validation holds cold items beside warm ones, it chooses how high they stand, but for models as published and what says 'no factor'.</summary>
    private static IEnumerable<(string Name, Func<string, StudyCell> Of)> Methods(StudyRequest request, SplitScheme split)
    {
        foreach (string model in request.ModelsOr("vbpr", "lattice", "freedom", "lirdrec"))
        {
            ModelDescription description = StudyRequest.Catalog.Find(model);
            yield return ($"{description.Title}, as published", folder => request.Cell(folder, model, AsPublished(description)));
            if (description.IsItemBased) continue;
            if (split == SplitScheme.ColdMixed) yield return ($"{description.Title}, factor on cold items", folder => request.Cell(folder, model));
            yield return ($"{description.Title}, cold items by neighbors", folder => request.Cell(folder, model, ByNeighbors()));
            if (split != SplitScheme.ColdMixed) continue;
            foreach (Preset preset in Preset.All.Where(preset => preset.Model != model)) // what a preset gains by settings that any model may have
                yield return ($"{description.Title}, settings of {OfPreset(preset)}", folder => request.Cell(folder, model, preset.Settings));
        }

        foreach (Preset preset in Preset.All.Where(preset => request.ModelsOr(preset.Model).Contains(preset.Model)))
        {
            yield return (OfPreset(preset), folder => request.Cell(folder, preset.Model, preset.Settings));
            if (split == SplitScheme.ColdMixed)
            {
                yield return ($"{OfPreset(preset)}, cold items added later", folder => Later(request.Cell(folder, preset.Model, preset.Settings)));
                yield return ($"{OfPreset(preset)}, cold items added later, no factor", folder => Later(request.Cell(folder, preset.Model, NoFactor(preset.Settings))));
            }
        }

        yield return ("content neighbors", folder => new StudyCell(folder, ContentModel));
        yield return ("random", folder => new StudyCell(folder, RandomModel));
    }

    private static string OfPreset(Preset preset) => $"preset {preset.Name}";

    private static JsonObject AsPublished(ModelDescription model) => model.IsItemBased ? [] : NoFactor([]);

    private static JsonObject NoFactor(JsonObject settings)
    {
        JsonObject without = settings.DeepClone().AsObject();
        without["coldItemFactor"] = 1;
        return without;
    }

    private static StudyCell Later(StudyCell cell) => cell with { Variant = cell.Variant with { WithoutCold = true } };

    private static JsonObject ByNeighbors() => new() { ["coldItems"] = KebabCase.Of(ColdItemVectors.Neighbors) };

    /// <summary>Recall@20 of the test items of each degree among all items, where there are warm ones.</summary>
    private static JsonObject Measured(CellRun run, Dataset data, IScorer scorer)
    {
        if (run.Cell.Variant.Split != SplitScheme.ColdMixed) return [];
        int[] degrees = data.Train.ItemCounts();
        foreach (int item in data.ColdItems!) degrees[item] = -1;
        HeldOut test = HeldOut.Test(data, run.Protocol);
        HeldOut[] parts =
        [
            .. Degrees.Select(degree => new HeldOut(
                degree.Name,
                Interactions.FromPairs(data.Users, data.Items, data.Test.Pairs().Where(pair => degrees[pair.Item] >= degree.From && degrees[pair.Item] <= degree.To)),
                test.AlsoMasked))
                .Where(part => part.MeasuresAny(data.Train)),
        ];
        IReadOnlyList<EvaluationResult> results = new Evaluator(run.Device, data.Train, [Recall]).Evaluate(scorer, parts, run.Cancellation);
        return new JsonObject { [ByDegree] = new JsonObject(results.Select(result => KeyValuePair.Create(result.Split, (JsonNode?)result[Recall]))) };
    }
}
