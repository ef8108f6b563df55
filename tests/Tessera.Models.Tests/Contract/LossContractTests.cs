using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation;
using Tessera.Recommendation.Checkpoints;
using Tessera.Recommendation.Losses;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;

namespace Tessera.Models.Tests.Contract;

/// <summary>What every model of the catalog must do under each ranking loss that can take the place of its own.</summary>
public sealed class LossContractTests
{
    private static readonly ModelCatalog Catalog = ModelCatalog.Of(typeof(LirdRec).Assembly);

    public static TheoryData<string, RankingLoss, int?> NamesAndLosses
    {
        get
        {
            var data = new TheoryData<string, RankingLoss, int?>();
            foreach (ModelDescription model in Catalog.Models.Where(model => !model.IsItemBased))
            {
                foreach (RankingLoss loss in new[] { RankingLoss.Bce, RankingLoss.Softmax, RankingLoss.Cosine }) data.Add(model.Name, loss, null);
                foreach (RankingLoss loss in new[] { RankingLoss.Softmax, RankingLoss.Cosine }) data.Add(model.Name, loss, 6); // of 24 items
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(NamesAndLosses))]
    public void It_solves_a_checkerboard(string name, RankingLoss loss, int? negatives)
    {
        Dataset board = Checkerboard.Create();
        using ModelRun run = Run(name, loss, negatives, epochs: 40);
        run.Trainer.Run();
        using Embeddings embeddings = run.Trainer.ComputeEmbeddings();
        ModelRun.AssertFinite(embeddings);
        using var scores = new Matrix(Checkerboard.Users, Checkerboard.Items);
        run.Device.MatMul(embeddings.Users, false, embeddings.Items, true, scores);

        // Unlike a triple's, these losses push down what is held out, too, so a few pairs may stand the wrong way round; by chance half of them would.
        int right = 0, pairs = 0;
        for (int user = 0; user < Checkerboard.Users; user++)
        {
            int[] others = [.. Enumerable.Range(0, Checkerboard.Items).Where(item => Checkerboard.GroupOf(item) != Checkerboard.GroupOf(user))];
            foreach (int item in board.Test.ItemsOf(user))
            {
                pairs += others.Length;
                right += others.Count(other => scores[user, item] > scores[user, other]);
            }
        }

        Assert.InRange(right / (double)pairs, 0.95, 1);
    }

    [Theory]
    [MemberData(nameof(NamesAndLosses))]
    public void The_same_seed_gives_the_same_bits_on_any_number_of_threads_and_whether_or_not_it_is_resumed(string name, RankingLoss loss, int? negatives)
    {
        using ModelRun whole = Run(name, loss, negatives);
        TrainingResult expected = whole.Trainer.Run();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("tessera-");
        try
        {
            var store = new CheckpointStore(folder.FullName);
            using (var source = new CancellationTokenSource())
            {
                using ModelRun stopped = Run(name, loss, negatives, threads: 2);
                Assert.Throws<OperationCanceledException>(() => stopped.Trainer.Run(store, new StopInSecondEpoch(source), source.Token));
            }

            using ModelRun resumed = Run(name, loss, negatives, threads: 3);
            Assert.Equal(1, resumed.Trainer.Resume(store, out _));
            Assert.Equal(expected, resumed.Trainer.Run(store));
            Assert.Equal(whole.Weights, resumed.Weights);
            Assert.Equal(whole.Vectors(), resumed.Vectors());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(NamesAndLosses))]
    public void Warm_steps_allocate_nothing(string name, RankingLoss loss, int? negatives)
    {
        using ModelRun run = Run(name, loss, negatives);
        Assert.Equal(0, run.AllocatedByWarmSteps());
    }

    private static ModelRun Run(string name, RankingLoss loss, int? negatives, int epochs = 3, int threads = 1) => new(
        Catalog.Find(name), Checkerboard.Create(), threads: threads,
        training: ModelRun.Training with { Loss = loss, Negatives = negatives, Epochs = epochs, EvaluateEvery = epochs > 3 ? epochs : 1 });

    private sealed class StopInSecondEpoch(CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Epoch == 2) source.Cancel();
        }
    }
}
