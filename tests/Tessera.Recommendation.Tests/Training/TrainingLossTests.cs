using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Losses;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Tests.Training;

/// <summary>The options <c>loss</c>, <c>temperature</c> and <c>negatives</c>, and options that would do nothing.</summary>
public sealed class TrainingLossTests
{
    private static readonly TrainingOptions Options = new() { Epochs = 3, BatchSize = 64, LearningRate = 0.02f };

    [Fact]
    public void Each_loss_and_each_of_its_options_trains_another_model()
    {
        TrainingOptions[] all =
        [
            Options,
            Options with { Loss = RankingLoss.Bce },
            Options with { Loss = RankingLoss.Softmax },
            Options with { Loss = RankingLoss.Softmax, Temperature = 0.5f },
            Options with { Loss = RankingLoss.Cosine },
            Options with { Loss = RankingLoss.Cosine, Negatives = 10 },
        ];
        Assert.Equal(all.Length, all.Select(Trained).Distinct().Count());
    }

    [Fact]
    public void Unset_temperatures_are_1_and_0_15_and_negatives_all_training_items()
    {
        Assert.Equal(Trained(Options with { Loss = RankingLoss.Softmax }), Trained(Options with { Loss = RankingLoss.Softmax, Temperature = 1f }));
        Assert.Equal(
            Trained(Options with { Loss = RankingLoss.Cosine }), Trained(Options with { Loss = RankingLoss.Cosine, Temperature = 0.15f, Negatives = 1000 }));
    }

    [Theory]
    [InlineData(RankingLoss.Bpr, "The option 'temperature' does nothing with loss=bpr; leave it out, or choose loss=softmax or loss=cosine.")]
    [InlineData(RankingLoss.Bce, "The option 'temperature' does nothing with loss=bce; leave it out, or choose loss=softmax or loss=cosine.")]
    public void A_temperature_that_would_do_nothing_is_refused(RankingLoss loss, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<InvalidInputException>(() => Trained(Options with { Loss = loss, Temperature = 0.2f })).Message);

    [Fact]
    public void Negatives_that_would_do_nothing_are_refused() => Assert.StartsWith(
        "The option 'negatives' does nothing with loss=bce;", Assert.Throws<InvalidInputException>(() => Trained(Options with { Loss = RankingLoss.Bce, Negatives = 5 })).Message);

    [Fact]
    public void Neighbors_of_cold_items_that_would_do_nothing_are_refused_but_for_the_default()
    {
        Assert.Equal(
            "The option 'coldItemNeighbors' does nothing with coldItems=own; leave it out, or choose coldItems=neighbors.",
            Assert.Throws<InvalidInputException>((Options with { ColdItemNeighbors = 5 }).Check).Message);
        (Options with { ColdItemNeighbors = 10 }).Check();
        (Options with { ColdItemNeighbors = 5, ColdItems = ColdItemVectors.Neighbors }).Check();
    }

    [Fact]
    public void A_model_that_has_one_loss_alone_says_so_and_is_not_changed()
    {
        using var device = new Device(1);
        Dataset data = TinyRun.Data;
        using var model = new OneLoss(new RecommenderInputs(data.Train, data.Modalities, new Rng(1), new NeighborGraphs(device)));
        using var own = new Trainer(model, data.Train, data.Validation, device, new Rng(2), Options);
        own.Run();
        float[] before = model.Items.Value.Span.ToArray();
        using var trainer = new Trainer(model, data.Train, data.Validation, device, new Rng(2), Options with { Loss = RankingLoss.Softmax });

        string message = Assert.Throws<InvalidInputException>(() => trainer.Run()).Message;

        Assert.Equal(
            "OneLoss does not let its ranking loss be chosen, so loss=softmax would do nothing; leave loss out, or have the model's Loss ask for its ChosenLoss.", message);
        Assert.Equal(before, model.Items.Value.Span.ToArray());
    }

    [Fact]
    public void Under_cosines_items_have_length_1_and_directions_of_their_own()
    {
        using var run = new TinyRun(Options with { Loss = RankingLoss.Cosine });
        run.Run();
        using Embeddings trained = run.Trainer.ComputeEmbeddings(), asTheyAre = run.Model.ComputeEmbeddings(new Tape(run.Device));
        Assert.Equal(asTheyAre.Users.Span.ToArray(), trained.Users.Span.ToArray());
        for (int item = 0; item < trained.Items.Rows; item++)
        {
            double length = Math.Sqrt(asTheyAre.Items.Row(item).ToArray().Sum(x => (double)x * x));
            for (int c = 0; c < trained.Items.Columns; c++) Assert.Equal(asTheyAre.Items[item, c] / length, trained.Items[item, c], 1e-6);
        }
    }

    private static string Trained(TrainingOptions options)
    {
        using var run = new TinyRun(options);
        run.Run();
        return Convert.ToHexString(run.Bytes);
    }

    private sealed class OneLoss : Recommender
    {
        public OneLoss(RecommenderInputs inputs)
            : base(inputs)
        {
            Items = new Parameter("items", new Matrix(inputs.Items, 2));
            Items.Value.Span.Fill(1f);
        }

        public Parameter Items { get; }

        public override IReadOnlyList<Parameter> Parameters => [Items];

        public override Variable Loss(Batch batch, Tape tape) => tape.MeanSquare(tape.Use(Items));

        protected override Representation Forward(Tape tape) =>
            new(tape.Gather(tape.Use(Items), new int[Inputs.Users]), tape.Use(Items));
    }
}
