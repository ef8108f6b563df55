using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Models.Tests.Contract;
using Tessera.Recommendation;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;

namespace Tessera.Models.Tests.LirdRecs;

public sealed class LirdRecTests
{
    private static readonly ModelDescription Model = ModelCatalog.Of(typeof(LirdRec).Assembly).Find("lirdrec");

    // τ = 0.99, b = 0.9. Epoch 1: 0.99 · 0.9 = 0.891, divided by 0.891 + 0.01. Epoch 2: 0.98890122 · 0.81 = 0.80100999, by
    // 0.80100999 + 0.01109878. Epoch 3: 0.98633338 · 0.729 = 0.71903704, by 0.71903704 + 0.01366662.
    [Theory]
    [InlineData(0, 0.99, 0.01)]
    [InlineData(1, 0.98890122, 0.01109878)]
    [InlineData(2, 0.98633338, 0.01366662)]
    [InlineData(3, 0.98134769, 0.01865231)]
    public void The_copying_weights_are_those_computed_by_hand(int epoch, double net, double target)
    {
        (float w1, float w2) = LirdRec.CopyingWeights(0.99f, 0.9f, epoch);

        Assert.Equal(net, w1, 4e-8);
        Assert.Equal(target, w2, 2e-8);
    }

    [Theory]
    [InlineData(0.7f, 0.9f)]
    [InlineData(0.9f, 0.9f)]
    [InlineData(0.99f, 0.5f)]
    [InlineData(1f, 0.9f)]
    [InlineData(0f, 0.9f)]
    [InlineData(0.9f, 0f)]
    [InlineData(0.9f, 1f)]
    public void The_copying_weights_always_add_up_to_one_and_move_to_the_target(float decayRate, float decayBase)
    {
        float before = 1f;
        for (int epoch = 0; epoch <= 300; epoch++)
        {
            (float w1, float w2) = LirdRec.CopyingWeights(decayRate, decayBase, epoch);
            Assert.InRange(w1, 0f, before);
            Assert.Equal(1f, w1 + w2, 1e-6f);
            before = w1;
        }
    }

    [Fact]
    public void The_target_is_overwritten_at_the_start_of_the_second_epoch_and_later_ones()
    {
        using ModelRun run = Create(new LirdRecOptions { EmbeddingSize = 8 });
        Matrix target = run.Model.Parameters.Single(p => p.Name == "fusion.target").Value;
        Matrix last = run.Model.Buffers.Single(b => b.Name == "fusion.last_weights").Value;
        float[] initial = target.Span.ToArray();

        run.Model.BeginEpoch(1);
        Assert.Equal(initial, target.Span.ToArray());
        for (int epoch = 2; epoch <= 4; epoch++)
        {
            foreach (Batch batch in Batches(run.Data.Train)) run.Trainer.Step(batch);
            Assert.NotEqual(last.Span.ToArray(), target.Span.ToArray()); // inside an epoch the optimizer moves it
            run.Model.BeginEpoch(epoch);
            Assert.Equal(last.Span.ToArray(), target.Span.ToArray());
            Matrix copying = run.Model.Buffers.Single(b => b.Name == "fusion.copying").Value;
            Assert.Equal(LirdRec.CopyingWeights(0.9f, 0.9f, epoch), (copying[0, 0], copying[0, 1]));
        }
    }

    [Fact]
    public void Representing_does_not_depend_on_the_last_batch()
    {
        using ModelRun run = Create(new LirdRecOptions { EmbeddingSize = 8, Dropout = 0.5f });
        run.Model.BeginEpoch(1);
        byte[] before = run.Vectors();

        foreach (Batch batch in Batches(run.Data.Train))
        {
            run.Model.Loss(batch, run.Tape); // a forward pass on the pruned graph, without a step
            run.Tape.Reset();
            Assert.Equal(before, run.Vectors());
        }
    }

    [Theory]
    [InlineData(DctMode.Item2d, 2, 1)]
    [InlineData(DctMode.Item1d, 3, 1)]
    [InlineData(DctMode.Matrix2d, 2, 2)]
    [InlineData(DctMode.None, 0, 0)]
    [InlineData(DctMode.None, 1, 1)]
    public void The_vectors_are_those_of_a_double_twin_that_transforms_the_features(DctMode reading, int layers, int itemLayers)
    {
        var options = new LirdRecOptions { EmbeddingSize = 8, Dct = reading, Layers = layers, ItemLayers = itemLayers, Neighbors = 4 };
        using ModelRun run = Create(options);
        run.Trainer.Run();
        using Embeddings actual = run.Model.ComputeEmbeddings(run.Tape);

        (double[,] users, double[,] items, double[,] weights) = new LirdRecTwin(run.Model, run.Data, options).Represent();

        AssertClose(users, actual.Users);
        AssertClose(items, actual.Items);
        AssertClose(weights, actual.ChunkWeights!);
    }

    [Fact]
    public void The_loss_is_that_of_a_double_twin()
    {
        var options = new LirdRecOptions { EmbeddingSize = 8, Regularization = 0.3f };
        using ModelRun run = Create(options);
        run.Model.BeginEpoch(1);
        Batch batch = Batches(run.Data.Train).First();

        double loss = run.Model.Loss(batch, run.Tape).Scalar;
        run.Tape.Reset();

        Assert.Equal(new LirdRecTwin(run.Model, run.Data, options).Loss(batch), loss, 1e-5);
    }

    [Fact]
    public void Each_users_chunk_weights_add_up_to_one()
    {
        using ModelRun run = Create(new LirdRecOptions { EmbeddingSize = 8 });
        run.Trainer.Run();

        using Embeddings embeddings = run.Model.ComputeEmbeddings(run.Tape);

        Assert.Equal(["image", "text", "shared"], embeddings.Chunks);
        for (int user = 0; user < Checkerboard.Users; user++)
            Assert.Equal(1d, embeddings.ChunkWeights!.Row(user).ToArray().Sum(w => (double)w), 1e-6);
    }

    [Fact]
    public void Without_a_modality_it_is_refused()
    {
        var refused = Assert.Throws<InvalidInputException>(() => new ModelRun(Model, Checkerboard.Create([])));

        Assert.Contains("image_feat.npy", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Graph_weights_that_do_not_fit_are_refused()
    {
        Assert.Throws<InvalidInputException>(() => Create(new LirdRecOptions { ItemGraphWeights = new NamedWeights(("image", 1f)) }));
        Assert.Throws<InvalidInputException>(() => Create(new LirdRecOptions { ItemGraphWeights = new NamedWeights(("image", 0.5f), ("text", 0.6f)) }));
    }

    private static ModelRun Create(LirdRecOptions options) => new(Model, Checkerboard.Create(), options: options);

    private static IEnumerable<Batch> Batches(Interactions train)
    {
        var sampler = new BprSampler(train, 60, new Tessera.Compute.Random.Rng(4));
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
