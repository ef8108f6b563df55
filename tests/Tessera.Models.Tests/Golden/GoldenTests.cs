using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Optimizers;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Golden;

/// <summary>
/// Trains each model for six steps from a public implementation's initial parameters and compares with its numbers. The
/// environment variable TESSERA_FIXTURES names another folder of files than fixtures/.
/// </summary>
public sealed class GoldenTests
{
    private const double LossTolerance = 1e-5;
    private const double GradientTolerance = 1e-5;
    private const double FinalTolerance = 2e-4;
    private const double TinyGradient = 1e-7;

    private static readonly Dictionary<string, GoldenModel> Models = typeof(GoldenTests).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(GoldenModel)))
        .Select(type => (GoldenModel)Activator.CreateInstance(type)!)
        .ToDictionary(model => model.Name);

    public static TheoryData<string> Files => [.. Paths];

    public static TheoryData<string> FilesWithItemGraph => FilesWith("item_graph");

    public static TheoryData<string> FilesWithTransform => FilesWith("dct");

    [Fact]
    public void Every_trained_model_has_fixtures_and_every_fixture_a_model()
    {
        string[] titles = [.. ModelCatalog.Of(typeof(LirdRec).Assembly).Models.Where(model => !model.IsItemBased).Select(model => model.Title).Order(StringComparer.OrdinalIgnoreCase)];
        Assert.Equal(titles, Paths.Select(path => GoldenFile.Read(path).Model).Distinct().Order(StringComparer.OrdinalIgnoreCase));
        Assert.Equal(titles, Models.Keys.Order(StringComparer.OrdinalIgnoreCase));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Six_steps_meet_the_golden_numbers(string path)
    {
        GoldenFile file = GoldenFile.Read(path);
        GoldenModel golden = Models[file.Model];
        using var device = new Device(2);
        var inputs = new RecommenderInputs(file.Train, file.Modalities, new Rng(1), new NeighborGraphs(device));
        using Recommender model = golden.Create(file, inputs);
        foreach ((string name, Matrix value) in file.InitialParameters.Where(p => golden.Holds(p.Name)))
        {
            (Parameter parameter, bool transposed) = golden.Find(model, name);
            parameter.Value.CopyFrom(Shaped(value, parameter, transposed));
        }

        using var adam = new Adam(device, model.Parameters, new AdamOptions
        {
            LearningRate = (float)file.Adam["learning_rate"]!,
            Beta1 = (float)file.Adam["beta1"]!,
            Beta2 = (float)file.Adam["beta2"]!,
            Epsilon = (float)file.Adam["epsilon"]!,
        });
        using var tape = new Tape(device);
        IReadOnlyDictionary<string, Matrix> firstGradients = Train(file, golden, model, adam, tape);

        double drift = 2 * adam.LearningRate * file.Steps.Count;
        foreach ((string name, Matrix value) in file.FinalParameters.Where(p => golden.Holds(p.Name)))
        {
            (Parameter parameter, bool transposed) = golden.Find(model, name);
            Matrix expected = Shaped(value, parameter, transposed);
            Matrix? gradient = firstGradients.TryGetValue(name, out Matrix? first) ? Shaped(first, parameter, transposed) : null;
            for (int e = 0; e < expected.Length; e++)
            {
                bool tiny = gradient is null || golden.Cancels(name) || (gradient.Span[e] != 0f && Math.Abs(gradient.Span[e]) < TinyGradient);
                double tolerance = tiny ? drift : FinalTolerance;
                AssertClose($"final {name}[{e}]", expected.Span[e], parameter.Value.Span[e], tolerance);
            }
        }

        using Embeddings embeddings = model.ComputeEmbeddings(tape);
        using var scores = new Matrix(file.Users, file.Items);
        device.MatMul(embeddings.Users, false, embeddings.Items, true, scores);
        foreach (ref float score in scores.Span) score = golden.Score(score);
        AssertClose("final scores", file.FinalScores, scores, FinalTolerance);
    }

    [Theory]
    [MemberData(nameof(FilesWithItemGraph))]
    public void The_item_graph_meets_the_golden_numbers(string path)
    {
        GoldenFile file = GoldenFile.Read(path);
        using var device = new Device(2);
        float imageWeight = file.Option("mm_image_weight");
        var weights = new Dictionary<string, float> { ["visual"] = imageWeight, ["textual"] = 1f - imageWeight };

        CsrMatrix graph = ItemGraph.Frozen(file.Modalities, weights, (int)file.Option("knn_k"), new NeighborGraphs(device));

        using var dense = new Matrix(file.Items, file.Items);
        for (int row = 0; row < graph.Rows; row++)
            for (int e = 0; e < graph.RowColumns(row).Length; e++) dense[row, graph.RowColumns(row)[e]] = graph.RowValues(row)[e];
        AssertClose("item graph", file.Matrix("item_graph"), dense, 1e-6);
    }

    [Theory]
    [MemberData(nameof(FilesWithTransform))]
    public void The_cosine_transform_meets_the_golden_numbers(string path)
    {
        GoldenFile file = GoldenFile.Read(path);
        Matrix expected = file.Matrix("dct");
        int column = 0;
        foreach (Modality modality in file.Modalities)
        {
            Matrix transformed = Transformed(modality.Features, LirdRecGolden.OptionsOf(file).Dct);
            for (int item = 0; item < file.Items; item++)
                for (int c = 0; c < modality.Dimensions; c++)
                    AssertClose($"dct[{item}, {column + c}]", expected[item, column + c], transformed[item, c], 1e-5);
            column += modality.Dimensions;
        }
    }

    internal static void AssertClose(string what, Matrix expected, Matrix actual, double tolerance)
    {
        Assert.Equal((expected.Rows, expected.Columns), (actual.Rows, actual.Columns));
        for (int e = 0; e < expected.Length; e++) AssertClose($"{what}[{e}]", expected.Span[e], actual.Span[e], tolerance);
    }

    private static IEnumerable<string> Paths
    {
        get
        {
            string folder = Environment.GetEnvironmentVariable("TESSERA_FIXTURES") ?? Path.Combine(Repository.Root, "fixtures");
            return Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal);
        }
    }

    private static TheoryData<string> FilesWith(string key) => [.. Paths.Where(path => GoldenFile.Read(path).Has(key))];

    private static IReadOnlyDictionary<string, Matrix> Train(GoldenFile file, GoldenModel golden, Recommender model, Adam adam, Tape tape)
    {
        IReadOnlyDictionary<string, Matrix>? firstGradients = null;
        int epoch = 0;
        foreach (GoldenStep step in file.Steps)
        {
            if (step.Epoch != epoch) model.BeginEpoch(epoch = step.Epoch);
            Variable loss = model.Loss(step.Batch(), tape);
            AssertClose($"loss in epoch {epoch}", step.Loss, loss.Scalar, LossTolerance);
            golden.CheckStep(model, step);
            tape.Backward(loss);
            firstGradients ??= CheckGradients(golden, model, step);
            adam.Step();
            tape.Reset();
        }

        return firstGradients!;
    }

    private static IReadOnlyDictionary<string, Matrix> CheckGradients(GoldenModel golden, Recommender model, GoldenStep step)
    {
        IReadOnlyDictionary<string, Matrix> gradients = step.Gradients!;
        foreach ((string name, Matrix value) in gradients.Where(g => golden.Holds(g.Key)))
        {
            (Parameter parameter, bool transposed) = golden.Find(model, name);
            AssertClose($"gradient of {name}", Shaped(value, parameter, transposed), parameter.Gradient!, GradientTolerance);
        }

        return gradients;
    }

    private static Matrix Transformed(Matrix features, DctMode reading)
    {
        using var device = new Device(1);
        if (reading == DctMode.Item2d)
        {
            using var tape = new Tape(device);
            (int p, int q) = CosineTransform.Grid(features.Columns);
            Variable columns = tape.Constant(Transposed(features));
            return Transposed(tape.KroneckerMatMul(tape.Constant(CosineTransform.Basis(p)), tape.Constant(CosineTransform.Basis(q)), columns).Value);
        }

        if (reading == DctMode.None) return features;
        Matrix rows = CosineTransform.OfRows(device, features);
        return reading == DctMode.Matrix2d ? CosineTransform.OfColumns(device, rows) : rows;
    }

    private static Matrix Transposed(Matrix x)
    {
        var transposed = new Matrix(x.Columns, x.Rows);
        for (int r = 0; r < x.Rows; r++)
            for (int c = 0; c < x.Columns; c++) transposed[c, r] = x[r, c];
        return transposed;
    }

    private static void AssertClose(string what, double expected, double actual, double tolerance) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{what}: expected {expected:R}, found {actual:R}, tolerance {tolerance:R}.");

    private static Matrix Shaped(Matrix value, Parameter parameter, bool transposed)
    {
        var shaped = new Matrix(parameter.Value.Rows, parameter.Value.Columns);
        if (transposed && value.Rows == shaped.Columns && value.Columns == shaped.Rows)
        {
            for (int r = 0; r < shaped.Rows; r++)
                for (int c = 0; c < shaped.Columns; c++) shaped[r, c] = value[c, r];
            return shaped;
        }

        shaped.CopyFrom(value);
        return shaped;
    }
}
