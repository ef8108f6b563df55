using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;

namespace Tessera.Studies.Paper;

/// <summary>
/// Fig. 1 and Theorem 1: of a model with item IDs and features, the loss of either part, and whether <c>‖∂L/∂e_i‖ &lt; ‖∂L/∂W‖</c> in the first epoch, e_i
/// being an item's ID and W the projection of features; and whether that holds for other losses, optimizers and densities, too.
/// </summary>
internal sealed partial class GradientBiasStudy : Study
{
    private const int DefaultEpochs = 30;
    private const float DefaultLearningRate = 1e-3f;
    private const float DescentFactor = 1000; // gradients of a mean over a batch are small, and gradient descent does not scale them
    private const string Adam = "Adam", Descent = "SGD";

    private static readonly (string Name, DataVariant Variant)[] Graphs =
        [("whole", new()), ("half the interactions", new() { Kept = 0.5 }), ("densest quarter of the items", new() { KeptItems = 0.25 })];

    private static readonly string[] Losses = ["bpr", "bce", "softmax"];

    public override string Name => "gradient-bias";

    public override string Title => "Do features learn at the expense of item IDs?";

    public override string Source => "Fig. 1, Theorem 1";

    public override string Question => "Is the gradient of item IDs smaller than that of features, and what is left of it in the optimizer's steps?";

    public override IReadOnlyList<string> Factors => ["data", .. Settings];

    /// <summary>Those that the paper has come first: the whole graph, BPR, Adam.</summary>
    public override IEnumerable<StudyCell> Cells(StudyRequest request)
    {
        ModelDescription[] models = [.. request.Free(Name, "loss").ModelsOr("vbpr", "freedom").Select(StudyRequest.Catalog.Find)];
        if (models.FirstOrDefault(model => model.Name is not ("vbpr" or "freedom")) is { } other)
            throw new InvalidInputException($"The loss of {other.Title} has no part of item IDs beside one of features; expected vbpr or freedom.");
        if (request.Data.FirstOrDefault(data => data.Dataset.Modalities.Count == 0).Dataset is { } bare)
            throw new InvalidInputException($"Data set '{bare.Name}' has no item features, which this study is about; make some with 'tessera data encode'.");
        return
            from data in request.Data
            from graph in Graphs
            from loss in Losses
            from optimizer in new[] { Adam, Descent }
            from model in models
            let training = request.TrainingOf(model)
            let learningRate = request.SettingsOf(model).ContainsKey("learningRate") ? training.LearningRate : DefaultLearningRate
            let settings = new JsonObject
            {
                ["epochs"] = training.Epochs ?? DefaultEpochs,
                ["learningRate"] = optimizer == Adam ? learningRate : learningRate * DescentFactor,
                ["loss"] = loss,
            }
            select request.Cell(data.Folder, model.Name, settings) with
            {
                Variant = graph.Variant with { Modalities = request.Modalities.GetValueOrDefault(data.Folder) },
                Factors = new() { ["data"] = data.Dataset.Name, ["graph"] = graph.Name, ["loss"] = loss, ["optimizer"] = optimizer, ["model"] = model.Title },
            };
    }

    /// <summary>Trains without validation and test: what is measured is the training itself.</summary>
    public override string Measurement => Name;

    public override CellResult Measure(CellRun run)
    {
        Dataset data = run.ReadData();
        TrainingOptions training = run.TrainingOptions;
        training.Check();
        var rng = new Rng(run.Seed);
        using Recommender model = run.Model.Create(run.Inputs(data, rng), run.Options);
        using var trace = new GradientTrace(model, data.Train, training, run.Cell.Factors["optimizer"] == Adam, run.Device, rng.Stream("training"));
        long start = TimeProvider.System.GetTimestamp();
        int[] degrees = data.Train.ItemCounts();
        int items = degrees.Count(degree => degree > 0);
        var measured = new JsonObject
        {
            ["items"] = items,
            ["meanDegree"] = (double)data.Train.Count / items,
            ["density"] = data.Train.Count / ((double)items * Enumerable.Range(0, data.Users).Count(user => !data.Train.ItemsOf(user).IsEmpty)),
        };
        List<JsonObject> curve = [];
        for (int epoch = 1; epoch <= training.Epochs; epoch++)
        {
            IReadOnlyList<StepTrace> steps;
            try
            {
                steps = trace.Epoch(epoch, run.Cancellation);
            }
            catch (NotFiniteNumberException)
            {
                measured["divergedInEpoch"] = epoch;
                break;
            }

            curve.Add(JsonSerializer.SerializeToNode(StepTrace.Mean(steps), JsonSerializerOptions.Web)!.AsObject());
            if (epoch > 1) continue;
            double bound = steps.Sum(step => step.ProjectionNorm); // the gradients that reach W and e_i in the epoch, as the proof adds them up
            measured["itemsAbove"] = degrees.Index().Count(item => item.Item > 0 && trace.SumsOfRows[item.Index] >= bound);
            measured["firstEpoch"] = JsonSerializer.SerializeToNode(steps, JsonSerializerOptions.Web);
        }

        return run.Result(data) with { Epochs = curve.Count, Curve = curve, Measured = measured, Seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds };
    }
}
