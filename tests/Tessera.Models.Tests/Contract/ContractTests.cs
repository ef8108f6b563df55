using System.Globalization;
using System.Reflection;
using Tessera.Compute.Autograd;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation;
using Tessera.Recommendation.Checkpoints;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;
using Tessera.Recommendation.Training;

namespace Tessera.Models.Tests.Contract;

/// <summary>What every trained model of the catalog must do, the next one as well.</summary>
public sealed class ContractTests
{
    private static readonly ModelCatalog Catalog = ModelCatalog.Of(typeof(LirdRec).Assembly);

    /// <summary>The models that are trained; item-based ones have a contract of their own.</summary>
    public static TheoryData<string> Names => [.. Catalog.Models.Where(model => !model.IsItemBased).Select(model => model.Name)];

    /// <summary>The models that refuse data without a modality.</summary>
    public static TheoryData<string> NamesOfThoseWithFeatures => [.. Catalog.Models.Where(model => !model.IsItemBased && NeedsFeatures(model)).Select(model => model.Name)];

    [Theory]
    [InlineData("lirdrec", "shared", "preference.shared")]
    [InlineData("slmrec", "spare", "chain.spare.weight")]
    [InlineData("grcn", "id", "id")]
    public void A_modality_named_like_a_part_of_the_model_is_refused(string name, string modality, string part)
    {
        Dataset board = Checkerboard.Create();
        Dataset renamed = new(board.Name, board.Train, board.Validation, board.Test, [new Modality(modality, board.Modalities[0].Features), .. board.Modalities.Skip(1)]);

        string message = Assert.Throws<InvalidInputException>(() => new ModelRun(Catalog.Find(name), renamed)).Message;

        Assert.Contains($"has a part of its own named '{part}'", message, StringComparison.Ordinal);
    }

    // A fixed number of epochs: the first that is right for the few validation items may not be so yet for all others.
    [Theory]
    [MemberData(nameof(Names))]
    public void It_solves_a_checkerboard(string name)
    {
        Dataset board = Checkerboard.Create();
        using var run = new ModelRun(Catalog.Find(name), board, training: ModelRun.Training with { Epochs = 40, EvaluateEvery = 40 });
        run.Trainer.Run();
        using Embeddings embeddings = run.Model.ComputeEmbeddings(run.Tape);
        using var scores = new Matrix(Checkerboard.Users, Checkerboard.Items);
        run.Device.MatMul(embeddings.Users, false, embeddings.Items, true, scores);

        for (int user = 0; user < Checkerboard.Users; user++)
        {
            float others = Enumerable.Range(0, Checkerboard.Items).Where(item => Checkerboard.GroupOf(item) != Checkerboard.GroupOf(user)).Max(item => scores[user, item]);
            foreach (int item in board.Test.ItemsOf(user)) Assert.True(scores[user, item] > others, $"User {user}, item {item}.");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_bits_on_any_number_of_threads(string name)
    {
        Dataset board = Checkerboard.Create();
        using var first = new ModelRun(Catalog.Find(name), board);
        first.Trainer.Run();

        foreach (int threads in new[] { 1, 2, 3 })
        {
            using var again = new ModelRun(Catalog.Find(name), board, threads: threads);
            again.Trainer.Run();
            Assert.Equal(first.Weights, again.Weights);
            Assert.Equal(first.Vectors(), again.Vectors());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Another_seed_gives_other_bits(string name)
    {
        using ModelRun first = new(Catalog.Find(name), Checkerboard.Create()), second = new(Catalog.Find(name), Checkerboard.Create(), seed: 2);

        Assert.NotEqual(first.Vectors(), second.Vectors());
        first.Trainer.Run();
        second.Trainer.Run();
        Assert.NotEqual(first.Vectors(), second.Vectors());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Parameters_and_buffers_are_all_there_is_to_a_trained_model(string name)
    {
        using ModelRun trained = new(Catalog.Find(name), Checkerboard.Create()), fresh = new(Catalog.Find(name), Checkerboard.Create(), seed: 9);
        trained.Trainer.Run();

        Assert.Equal(Named(trained.Model).Select(w => w.Name), Named(fresh.Model).Select(w => w.Name));
        Assert.Equal(Named(trained.Model).Length, Named(trained.Model).Select(w => w.Name).Distinct().Count());
        foreach (((_, Matrix value), (_, Matrix copy)) in Named(trained.Model).Zip(Named(fresh.Model))) copy.CopyFrom(value);

        Assert.Equal(trained.Vectors(), fresh.Vectors());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_resumed_run_is_to_the_bit_the_one_that_never_stopped(string name)
    {
        using var whole = new ModelRun(Catalog.Find(name), Checkerboard.Create());
        TrainingResult expected = whole.Trainer.Run();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("tessera-");
        try
        {
            var store = new CheckpointStore(folder.FullName);
            using (var source = new CancellationTokenSource())
            {
                using var stopped = new ModelRun(Catalog.Find(name), Checkerboard.Create());
                Assert.Throws<OperationCanceledException>(() => stopped.Trainer.Run(store, new StopIn(2, source), source.Token));
            }

            using var resumed = new ModelRun(Catalog.Find(name), Checkerboard.Create());
            Assert.Equal(1, resumed.Trainer.Resume(store, out _));
            Assert.Equal(expected, resumed.Trainer.Run(store));
            Assert.Equal(whole.Weights, resumed.Weights);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_scores_of_one_user_are_a_row_of_all(string name)
    {
        using var run = new ModelRun(Catalog.Find(name), Checkerboard.Create());
        run.Trainer.Run();
        using Embeddings embeddings = run.Model.ComputeEmbeddings(run.Tape);
        using Matrix all = new(Checkerboard.Users, Checkerboard.Items), one = new(1, Checkerboard.Items);
        run.Device.MatMul(embeddings.Users, false, embeddings.Items, true, all);

        for (int user = 0; user < Checkerboard.Users; user++)
        {
            using Matrix query = embeddings.Users.RowRange(user, 1);
            run.Device.MatMul(query, false, embeddings.Items, true, one);
            Assert.Equal(all.Row(user).ToArray(), one.Row(0).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Seen_items_are_never_ranked(string name)
    {
        using var run = new ModelRun(Catalog.Find(name), Checkerboard.Create());
        run.Trainer.Run();
        using Embeddings embeddings = run.Model.ComputeEmbeddings(run.Tape);

        EvaluationResult seen = new Evaluator(run.Device, run.Data.Train).Evaluate(embeddings, [new HeldOut("seen", run.Data.Train)])[0];
        EvaluationResult unseen = new Evaluator(run.Device, run.Data.Train).Evaluate(embeddings, [new HeldOut("test", run.Data.Test)])[0];

        Assert.All(seen.Metrics.Values, value => Assert.Equal(0d, value));
        Assert.Equal(1d, unseen[MetricName.Parse("Recall@20")]); // 15 candidates a user
    }

    // What adds equally to a positive and its negative cancels in a ranking loss, so a bias need only be reached.
    [Theory]
    [MemberData(nameof(Names))]
    public void Every_parameter_receives_a_gradient(string name)
    {
        using var run = new ModelRun(Catalog.Find(name), Checkerboard.Create());
        var reached = new HashSet<string>();
        run.Model.BeginEpoch(1);
        foreach (Batch batch in Batches(run.Data.Train))
        {
            Variable loss = run.Model.Loss(batch, run.Tape);
            Assert.Equal((1, 1), (loss.Rows, loss.Columns));
            Assert.True(float.IsFinite(loss.Scalar));
            run.Tape.Backward(loss);
            foreach (Parameter parameter in run.Model.Parameters)
            {
                if (parameter.Gradient is not { } gradient) continue;
                Assert.Equal((parameter.Value.Rows, parameter.Value.Columns), (gradient.Rows, gradient.Columns));
                foreach (float value in gradient.Span) Assert.True(float.IsFinite(value), parameter.Name);
                bool bias = parameter.Name.EndsWith(".bias", StringComparison.Ordinal);
                if (bias || gradient.Span.ContainsAnyExcept(0f)) reached.Add(parameter.Name);
            }

            run.Tape.Reset();
        }

        Assert.Equal(run.Model.Parameters.Select(p => p.Name).Order(), reached.Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_number_of_modalities_will_do(string name)
    {
        foreach (string[] modalities in new string[][] { ["text"], ["image", "sound", "text"] })
        {
            using var run = new ModelRun(Catalog.Find(name), Checkerboard.Create(modalities));
            run.Trainer.Run();
            using Embeddings embeddings = run.Model.ComputeEmbeddings(run.Tape);
            AssertSound(embeddings);
        }
    }

    [Theory]
    [MemberData(nameof(NamesOfThoseWithFeatures))]
    public void Each_modality_counts(string name)
    {
        string[] modalities = ["image", "sound", "text"];
        byte[] vectors = Trained(Checkerboard.Create(modalities));
        for (int other = 0; other < modalities.Length; other++)
        {
            Dataset changed = Checkerboard.Create(modalities);
            changed.Modalities[other].Features.Span.Reverse();
            Assert.NotEqual(vectors, Trained(changed));
        }

        byte[] Trained(Dataset data)
        {
            using var run = new ModelRun(Catalog.Find(name), data);
            run.Trainer.Run();
            return run.Vectors();
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_option_out_of_its_range_is_refused(string name)
    {
        ModelDescription model = Catalog.Find(name);
        object options = ModelRun.SmallOptions(model);
        string bounded = OptionsBinder.Describe(model.OptionsType).First(option => option.Range.Length > 0).Name;
        PropertyInfo property = model.OptionsType.GetProperties().Single(p => string.Equals(p.Name, bounded, StringComparison.OrdinalIgnoreCase));
        property.SetValue(options, Convert.ChangeType(-1, property.PropertyType, CultureInfo.InvariantCulture));

        string message = Assert.Throws<InvalidInputException>(() => new ModelRun(model, Checkerboard.Create(), options: options)).Message;

        Assert.Contains($"'{bounded}' is -1, out of its range", message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_a_modality_it_works_or_says_what_it_needs(string name)
    {
        try
        {
            using var run = new ModelRun(Catalog.Find(name), Checkerboard.Create([]));
            run.Trainer.Run();
            using Embeddings embeddings = run.Model.ComputeEmbeddings(run.Tape);
            AssertSound(embeddings);
        }
        catch (InvalidInputException refused)
        {
            Assert.Contains(Catalog.Find(name).Title, refused.Message, StringComparison.Ordinal);
            Assert.Contains("_feat.npy", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Items_without_features_do_no_harm(string name)
    {
        using var run = new ModelRun(Catalog.Find(name), Checkerboard.Create(null, 0, 5, 23));

        run.Trainer.Run();

        using Embeddings embeddings = run.Model.ComputeEmbeddings(run.Tape);
        AssertSound(embeddings);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Representing_is_repeatable_and_changes_nothing(string name)
    {
        using var run = new ModelRun(Catalog.Find(name), Checkerboard.Create());
        run.Trainer.Run();
        byte[] weights = run.Weights, vectors = run.Vectors();

        Assert.Equal(vectors, run.Vectors());
        Assert.Equal(weights, run.Weights);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Warm_steps_allocate_nothing(string name)
    {
        using var run = new ModelRun(Catalog.Find(name), Checkerboard.Create());
        Assert.Equal(0, run.AllocatedByWarmSteps());
    }

    private static bool NeedsFeatures(ModelDescription model)
    {
        try
        {
            using var run = new ModelRun(model, Checkerboard.Create([]));
            return false;
        }
        catch (InvalidInputException)
        {
            return true;
        }
    }

    private static IEnumerable<Batch> Batches(Interactions train)
    {
        var sampler = new BprSampler(train, 60, new Tessera.Compute.Random.Rng(4));
        var batch = new Batch(60);
        sampler.BeginEpoch();
        while (sampler.Next(batch)) yield return batch;
    }

    private static void AssertSound(Embeddings embeddings)
    {
        ModelRun.AssertFinite(embeddings);
        Assert.Equal((Checkerboard.Users, Checkerboard.Items), (embeddings.Users.Rows, embeddings.Items.Rows));
        if (embeddings.Chunks.Count > 0) Assert.Equal(0, embeddings.Users.Columns % embeddings.Chunks.Count);
        if (embeddings.ChunkWeights is not { } weights) return;
        Assert.Equal((Checkerboard.Users, embeddings.Chunks.Count), (weights.Rows, weights.Columns));
        for (int user = 0; user < weights.Rows; user++) Assert.Equal(1d, weights.Row(user).ToArray().Sum(w => (double)w), 1e-5);
    }

    private static (string Name, Matrix Value)[] Named(Recommender model) =>
        [.. model.Parameters.Select(p => (p.Name, p.Value)), .. model.Buffers];

    private sealed class StopIn(int epoch, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Epoch == epoch) source.Cancel();
        }
    }
}
