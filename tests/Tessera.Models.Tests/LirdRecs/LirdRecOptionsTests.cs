using Tessera.Compute.Autograd;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Models.Tests.Contract;
using Tessera.Recommendation;
using Tessera.Recommendation.Checkpoints;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;

namespace Tessera.Models.Tests.LirdRecs;

/// <summary>The ablations and controls that options turn LIRDRec into.</summary>
public sealed class LirdRecOptionsTests
{
    private static readonly ModelDescription Model = ModelCatalog.Of(typeof(LirdRec).Assembly).Find("lirdrec");

    private static readonly Dictionary<string, LirdRecOptions> All = new()
    {
        ["uniform"] = Small with { Fusion = FusionMode.Uniform },
        ["none"] = Small with { Fusion = FusionMode.None },
        ["static"] = Small with { Fusion = FusionMode.Static },
        ["attention"] = Small with { Fusion = FusionMode.Attention },
        ["without the shared chunk"] = Small with { SharedChunk = false },
        ["IDs"] = Small with { IdChunk = true },
        ["IDs without the shared chunk or weights"] = Small with { IdChunk = true, SharedChunk = false, Fusion = FusionMode.None },
        ["learned"] = Small with { Dct = DctMode.Learned },
        ["random-orthogonal"] = Small with { Dct = DctMode.RandomOrthogonal },
    };

    public static TheoryData<string> Variants => [.. All.Keys];

    private static LirdRecOptions Small => new() { EmbeddingSize = 8, Neighbors = 4, Regularization = 0.3f };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Loss_and_vectors_are_those_of_a_double_twin(string variant)
    {
        using ModelRun run = Run(variant);
        run.Model.BeginEpoch(1);
        Batch batch = Batches(run.Data.Train).First();
        double loss = run.Model.Loss(batch, run.Tape).Scalar;
        run.Tape.Reset();
        Assert.Equal(new LirdRecTwin(run.Model, run.Data, All[variant]).Loss(batch), loss, 1e-5);

        run.Trainer.Run();
        using Embeddings actual = run.Model.ComputeEmbeddings(run.Tape);
        (double[,] users, double[,] items, double[,] weights) = new LirdRecTwin(run.Model, run.Data, All[variant]).Represent();
        AssertClose(users, actual.Users);
        AssertClose(items, actual.Items);
        if (All[variant].Fusion == FusionMode.None) Assert.Null(actual.ChunkWeights);
        else AssertClose(weights, actual.ChunkWeights!);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_parameter_receives_a_gradient_and_with_the_buffers_is_all_there_is(string variant)
    {
        using ModelRun run = Run(variant), fresh = Run(variant, seed: 9);
        run.Model.BeginEpoch(1);
        run.Tape.Backward(run.Model.Loss(Batches(run.Data.Train).First(), run.Tape));
        foreach (Parameter parameter in run.Model.Parameters)
            Assert.True(parameter.Gradient?.Span.ContainsAnyExcept(0f) == true || parameter.Name.EndsWith("output.bias", StringComparison.Ordinal), parameter.Name);
        run.Tape.Reset();

        run.Trainer.Run();
        foreach ((Matrix value, Matrix copy) in Weights(run.Model).Zip(Weights(fresh.Model))) copy.CopyFrom(value);
        Assert.Equal(run.Vectors(), fresh.Vectors());
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_resumed_run_is_to_the_bit_the_one_that_never_stopped(string variant)
    {
        using ModelRun whole = Run(variant), stopped = Run(variant, epochs: 2), resumed = Run(variant, threads: 2);
        whole.Trainer.Run();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("tessera-");
        try
        {
            var store = new CheckpointStore(folder.FullName);
            stopped.Trainer.Run(store);
            Assert.Equal(2, resumed.Trainer.Resume(store, out _));
            resumed.Trainer.Run(store);
            Assert.Equal(whole.Weights, resumed.Weights);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Without layers of either graph, an item's final vector is what its features alone decide, twice where it is its own neighbor's addend.
    [Theory]
    [MemberData(nameof(Variants))]
    public void Content_vectors_are_the_items_vectors_before_any_graph_but_for_the_ids(string variant)
    {
        LirdRecOptions options = All[variant] with { Layers = 0, ItemLayers = 0 };
        using var run = new ModelRun(Model, Checkerboard.Create(), options: options);
        run.Trainer.Run();
        using Embeddings final = run.Model.ComputeEmbeddings(run.Tape);
        using Matrix content = run.Model.ComputeContentVectors(run.Tape, [.. run.Data.Modalities.Select(m => m.Features)])!;

        Assert.Equal((final.Items.Rows, final.Items.Columns), (content.Rows, content.Columns));
        int idColumns = options.IdChunk ? options.EmbeddingSize : 0;
        for (int item = 0; item < content.Rows; item++)
        {
            for (int c = 0; c < content.Columns; c++)
                Assert.Equal(c < content.Columns - idColumns ? final.Items[item, c] / 2 : 0f, content[item, c], 1e-5f);
        }
    }

    [Fact]
    public void An_option_that_does_nothing_with_the_others_is_refused_and_a_default_is_not()
    {
        Refused("The option 'decayRate' does nothing without fusion=pwc", Small with { DecayRate = 0.95f, Fusion = FusionMode.None });
        Refused("The option 'decayBase' does nothing without fusion=pwc", Small with { DecayBase = 0.5f, Fusion = FusionMode.Uniform });
        Refused("The option 'dct' does nothing with sharedChunk=false", Small with { Dct = DctMode.Matrix2d, SharedChunk = false });
        using var run = new ModelRun(Model, Checkerboard.Create(), options: Small with { DecayRate = 0.9f, DecayBase = 0.9f, Dct = DctMode.Item2d, Fusion = FusionMode.None, SharedChunk = false });

        static void Refused(string sentence, LirdRecOptions options) => Assert.Contains(
            sentence, Assert.Throws<InvalidInputException>(() => new ModelRun(Model, Checkerboard.Create(), options: options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Chunks_are_named_after_what_they_hold()
    {
        Assert.Equal(["image", "text"], Chunks("without the shared chunk"));
        Assert.Equal(["image", "text", "shared", "id"], Chunks("IDs"));
        Assert.Equal(["image", "text", "id"], Chunks("IDs without the shared chunk or weights"));
    }

    [Fact]
    public void Learned_bases_start_as_the_cosines_and_move()
    {
        using ModelRun run = Run("learned"), cosines = new(Model, Checkerboard.Create(), options: Small);
        Assert.Equal(cosines.Vectors(), run.Vectors());
        Parameter columns = run.Model.Parameters.Single(p => p.Name == "image.transform.columns");
        Assert.Equal(CosineTransform.Basis(2).Span.ToArray(), columns.Value.Span.ToArray());
        run.Trainer.Run();
        Assert.NotEqual(CosineTransform.Basis(2).Span.ToArray(), columns.Value.Span.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(19)]
    [InlineData(64)]
    public void Random_bases_are_orthogonal(int n)
    {
        using Matrix basis = RandomOrthogonal.Basis(n, new Rng(3)), other = RandomOrthogonal.Basis(n, new Rng(4));
        for (int a = 0; a < n; a++)
            for (int b = 0; b < n; b++) Assert.Equal(a == b ? 1d : 0d, Enumerable.Range(0, n).Sum(c => (double)basis[a, c] * basis[b, c]), 1e-6);
        if (n > 1) Assert.NotEqual(basis.Span.ToArray(), other.Span.ToArray());
    }

    private static string[] Chunks(string variant)
    {
        using ModelRun run = Run(variant);
        using Embeddings embeddings = run.Model.ComputeEmbeddings(run.Tape);
        return [.. embeddings.Chunks];
    }

    private static ModelRun Run(string variant, ulong seed = 1, int threads = 1, int epochs = 3) =>
        new(Model, Checkerboard.Create(), seed, threads, ModelRun.Training with { Epochs = epochs }, All[variant]);

    private static Matrix[] Weights(Recommender model) => [.. model.Parameters.Select(p => p.Value), .. model.Buffers.Select(b => b.Value)];

    private static IEnumerable<Batch> Batches(Interactions train)
    {
        var sampler = new BprSampler(train, 60, new Rng(4));
        var batch = new Batch(60);
        sampler.BeginEpoch();
        while (sampler.Next(batch)) yield return batch;
    }

    private static void AssertClose(double[,] expected, Matrix actual)
    {
        Assert.Equal((expected.GetLength(0), expected.GetLength(1)), (actual.Rows, actual.Columns));
        for (int r = 0; r < actual.Rows; r++)
            for (int c = 0; c < actual.Columns; c++) Assert.Equal(expected[r, c], actual[r, c], 2e-5);
    }
}
