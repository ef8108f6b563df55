using System.Text.Json.Nodes;
using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Models;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;
using Tessera.Recommendation.Training;
using Tessera.Studies.Cells;
using Tessera.Studies.Paper;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Tests.Paper;

public sealed class GradientBiasStudyTests
{
    // VBPR of one dimension: ŷ_ui = p_u e_i + q_u w x_i, for a triple of user 0 with items 0 and 1.
    private const double P = 0.5, Q = 0.25, E0 = 0.3, E1 = -0.1, W = 2, X0 = 1, X1 = -3, Rate = 0.125;
    private const double Ids = P * (E0 - E1), Content = Q * W * (X0 - X1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_steps_gradients_and_changes_are_those_computed_by_hand(bool byAdam)
    {
        using var device = new Device(1);
        var train = Interactions.FromPairs(2, 2, [(0, 0), (1, 1)]);
        using Matrix features = Matrix.From(new[,] { { (float)X0 }, { (float)X1 } });
        var inputs = new RecommenderInputs(train, [new Modality("text", features)], new Rng(1), new NeighborGraphs(device));
        using var model = new Vbpr(inputs, new VbprOptions { EmbeddingSize = 1, Regularization = 0, ExactLogarithm = true });
        Set(model, "users", [(float)P, (float)Q, 9, 9]);
        Set(model, "items", [(float)E0, (float)E1]);
        Set(model, "content.weight", [(float)W]);
        using var trace = new GradientTrace(model, train, new TrainingOptions { LearningRate = (float)Rate }, byAdam, device, new Rng(2));
        var batch = new Batch(1);
        batch.Add(0, 0, 1);

        StepTrace step = trace.Step(batch);

        double slope = 1 / (1 + Math.Exp(Ids + Content)); // of -ln σ
        double row = slope * P, projection = slope * Q * (X0 - X1);
        Equal(Math.Log(1 + Math.Exp(-Ids - Content)), step.Loss);
        Equal(Math.Log(1 + Math.Exp(-Ids)), step.IdLoss);
        Equal(Math.Log(1 + Math.Exp(-Content)), step.FeatureLoss);
        Equal(row, step.IdRowNorm);
        Equal(row, step.IdRms);
        Equal(projection, step.ProjectionNorm);
        Equal(projection, step.ProjectionRms);
        Assert.Equal(0, step.PropagatedRowNorm);
        Assert.Equal((2, 0), (step.Rows, step.RowsAbove)); // 0.5 < 0.25 · 4
        Assert.Equal(step.IdRowNorm, trace.SumsOfRows[0], 6);
        Equal(byAdam ? Rate : Rate * row, step.IdUpdateRms); // Adam's first step has the learning rate's size whatever the gradient's
        Equal(byAdam ? Rate : Rate * projection, step.ProjectionUpdateRms);

        static void Equal(double expected, double actual) => Assert.Equal(expected, actual, 5);

        static void Set(Vbpr model, string name, ReadOnlySpan<float> values) => values.CopyTo(Find(model, name).Value.Span);
    }

    [Fact]
    public void A_row_with_a_larger_gradient_than_the_projection_breaks_the_bound()
    {
        using var device = new Device(1);
        var train = Interactions.FromPairs(2, 2, [(0, 0), (1, 1)]);
        using Matrix features = Matrix.From(new[,] { { 1f }, { 0.99f } }); // nearly the same content: the projection hears little
        using var model = new Vbpr(
            new RecommenderInputs(train, [new Modality("text", features)], new Rng(1), new NeighborGraphs(device)), new VbprOptions { EmbeddingSize = 1, Regularization = 0 });
        Find(model, "users").Value.Span.Fill(0.5f);
        using var trace = new GradientTrace(model, train, new TrainingOptions(), byAdam: true, device, new Rng(2));
        var batch = new Batch(1);
        batch.Add(0, 0, 1);

        Assert.Equal((2, 2), (trace.Step(batch).Rows, trace.Step(batch).RowsAbove));
    }

    [Fact]
    public void The_parts_of_freedom_add_up_to_its_loss_and_its_graph_brings_gradients_to_items_outside_the_batch()
    {
        using var small = new SmallStudy();
        StepTrace freedom = FirstEpochs(small, "freedom", "bpr")[0], vbpr = FirstEpochs(small, "vbpr", "bpr")[0];

        Assert.Equal(freedom.Loss, freedom.IdLoss + freedom.FeatureLoss, 5);
        Assert.InRange(freedom.FeatureLoss, 1e-4, 1e-2); // λ = 1e-3
        Assert.True(freedom.PropagatedRowNorm > 0);
        Assert.Equal(0, vbpr.PropagatedRowNorm);
        Assert.Equal(small.Read().Train.ItemCounts().Count(count => count > 0), FirstEpochs(small, "vbpr", "softmax")[0].Rows); // all are ranked
    }

    [Fact]
    public void Adam_on_the_whole_graph_is_the_ordinary_training()
    {
        using var small = new SmallStudy();
        StudyPlan plan = small.Plan("gradient-bias");
        StudyCell cell = plan.Cells.First(one => one.Model == "freedom" && one.Factors["optimizer"] == "Adam");
        CellRun run = small.Runner(plan).Of(cell, 1, small.Device);

        CellResult traced = StudyCatalog.Find("gradient-bias").Measure(run), ordinary = run.Train();

        Assert.Equal(ordinary.Curve.Select(epoch => (double)epoch["loss"]!), traced.Curve.Select(epoch => (double)epoch["loss"]!));
    }

    [Fact]
    public void Settings_for_one_model_alone_are_those_of_that_model()
    {
        using var small = new SmallStudy();
        StudyCell[] cells = [.. small.Plan("gradient-bias", SmallStudy.Tiny(others: new() { ["vbpr.learningRate"] = 0.02, ["freedom.epochs"] = 3 })).Cells.Where(cell => cell.Factors["optimizer"] == "Adam")];
        Assert.Equal([("vbpr", 0.02f, 2), ("freedom", 0.01f, 3)], cells.Select(cell => (cell.Model, (float)cell.Settings["learningRate"]!, (int)cell.Settings["epochs"]!)).Distinct());
        string message = Assert.Throws<InvalidInputException>(() => small.Plan("gradient-bias", new() { ["vbpr.loss"] = "bce" })).Message;
        Assert.Equal("The study 'gradient-bias' decides on 'vbpr.loss' itself; leave it out of the settings.", message);
    }

    [Fact]
    public void It_goes_over_graphs_losses_optimizers_and_models_and_resumes()
    {
        using var small = new SmallStudy();
        StudyPlan plan = small.Plan("gradient-bias");
        Assert.Equal(36, plan.Cells.Count);
        Assert.Equal(("vbpr", "Adam", "bpr", "whole"), (plan.Cells[0].Model, plan.Cells[0].Factors["optimizer"], plan.Cells[0].Factors["loss"], plan.Cells[0].Factors["graph"]));
        Assert.Equal([0.01f, 10f], plan.Cells.Select(cell => (float)cell.Settings["learningRate"]!).Distinct());

        StudyPlan papers = plan with { Cells = [.. plan.Cells.Where(cell => cell.Factors["loss"] == "bpr" && cell.Model == "vbpr")] };
        small.AssertResumes(papers);

        Report report = small.Runner(papers).Report();
        Assert.Equal(2, report.Parts.OfType<LineFigure>().Count());
        Assert.Equal(1, report.Parts.OfType<LineFigure>().First().Lines[1].Y[0]);
        double[] densities = [.. papers.Cells.Where(cell => cell.Factors["optimizer"] == "Adam").Select(cell => (double)small.ResultOf(papers, cell).Measured["density"]!)];
        Assert.True(densities[1] < densities[0] && densities[0] < densities[2], string.Join(", ", densities));
        Table gradients = SmallStudy.TableOf(report, "Gradients");
        Assert.Equal(6, gradients.Rows.Count);
        Assert.Equal(10, gradients.Rows[^1][4].Value); // a quarter of 40 items
    }

    [Fact]
    public void A_training_that_diverges_is_a_result_too()
    {
        using var small = new SmallStudy();
        StudyPlan plan = small.Plan("gradient-bias", new JsonObject { ["epochs"] = 20, ["embeddingSize"] = 8, ["learningRate"] = 1e9 }, ["vbpr"]);
        plan = plan with { Cells = [.. plan.Cells.Where(cell => cell.Factors["optimizer"] == "SGD" && cell.Factors["loss"] == "bce").Take(1)] };

        Report report = small.Run(plan);

        Assert.Contains("then diverged", SmallStudy.TableOf(report, "Either").Rows[0][5].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_refuses_models_of_one_part_another_loss_and_data_without_features()
    {
        using var small = new SmallStudy();
        Dataset bare = small.Read().WithModalities([]);

        Assert.Contains("The loss of LightGCN has no part", Refusal(() => small.Plan("gradient-bias", models: ["lightgcn"])), StringComparison.Ordinal);
        Assert.Contains("decides on 'loss' itself", Refusal(() => small.Plan("gradient-bias", new JsonObject { ["loss"] = "bce" })), StringComparison.Ordinal);
        Assert.Contains("no item features", Refusal(() => StudyCatalog.Find("gradient-bias").Cells(new StudyRequest([("bare", bare)], [], []))), StringComparison.Ordinal);

        static string Refusal(Action action) => Assert.Throws<InvalidInputException>(action).Message;
    }

    private static Parameter Find(Recommender model, string name) => model.Parameters.Single(parameter => parameter.Name == name);

    private static IReadOnlyList<StepTrace> FirstEpochs(SmallStudy small, string model, string loss)
    {
        StudyPlan plan = small.Plan("gradient-bias", new JsonObject { ["epochs"] = 1, ["embeddingSize"] = 8, ["batchSize"] = 10 }, [model]);
        CellRun run = small.Runner(plan).Of(plan.Cells.First(cell => cell.Settings["loss"]!.ToString() == loss), 1, small.Device);
        Dataset data = run.ReadData();
        var rng = new Rng(1);
        using Recommender recommender = run.Model.Create(run.Inputs(data, rng), run.Options);
        using var trace = new GradientTrace(recommender, data.Train, run.TrainingOptions, byAdam: true, small.Device, rng.Stream("training"));
        return trace.Epoch(1, default);
    }
}
