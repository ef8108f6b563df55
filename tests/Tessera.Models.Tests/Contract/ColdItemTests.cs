using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;

namespace Tessera.Models.Tests.Contract;

/// <summary>Vectors of items that nobody had, of every model.</summary>
public sealed class ColdItemTests
{
    private static readonly ModelCatalog Catalog = ModelCatalog.Of(typeof(LirdRec).Assembly);
    private static readonly int[] Cold = [0, 3, 7];
    private static readonly Dataset Mixed = WithoutTraining(Checkerboard.Create());

    public static TheoryData<string> Names => [.. Catalog.Models.Where(model => !model.IsItemBased).Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_cold_item_has_its_content_and_what_its_neighbors_have_beside_theirs(string name)
    {
        using var run = new ModelRun(Catalog.Find(name), Mixed);
        run.Trainer.Run();
        var graphs = new NeighborGraphs(run.Device);
        var imputation = new NeighborImputation(run.Model, Mixed.Modalities, Mixed.Train, new TrainingOptions { ColdItemNeighbors = 3 }, graphs);
        WarmNeighbors neighbors = WarmNeighbors.Find(Mixed.Modalities, run.Model.ContentWeights, Mixed.Train, 3, graphs);
        using Embeddings own = run.Model.ComputeEmbeddings(run.Tape), imputed = run.Model.ComputeEmbeddings(run.Tape);
        using Matrix? content = run.Model.ComputeContentVectors(run.Tape, [.. Mixed.Modalities.Select(modality => modality.Features)]);

        imputation.Apply(run.Model, imputed, run.Tape);

        Assert.Equal(Cold, neighbors.Items);
        ModelRun.AssertFinite(imputed);
        for (int item = 0; item < Mixed.Items; item++)
        {
            int row = Array.IndexOf(neighbors.Items, item);
            if (row < 0)
            {
                Assert.Equal(own.Items.Row(item), imputed.Items.Row(item));
                continue;
            }

            for (int c = 0; c < own.Items.Columns; c++)
            {
                double expected = content?[item, c] ?? 0;
                for (int n = 0; n < neighbors.Weights.RowColumns(row).Length; n++)
                {
                    int other = neighbors.Weights.RowColumns(row)[n];
                    expected += neighbors.Weights.RowValues(row)[n] * (own.Items[other, c] - (double)(content?[other, c] ?? 0));
                }

                Assert.Equal(expected, imputed.Items[item, c], 1e-5);
            }
        }
    }

    [Fact]
    public void Some_models_make_vectors_of_features_alone() => Assert.Equal(
        ["lirdrec", "vbpr"],
        Names.Select(row => row.Data).Order().Where(name =>
        {
            using var run = new ModelRun(Catalog.Find(name), Mixed);
            using Matrix? content = run.Model.ComputeContentVectors(run.Tape, [.. Mixed.Modalities.Select(modality => modality.Features)]);
            return content is not null;
        }));

    private static Dataset WithoutTraining(Dataset data) => data.WithSplits(
        Interactions.FromPairs(data.Users, data.Items, data.Train.Pairs().Where(pair => !Cold.Contains(pair.Item))), data.Validation, data.Test);
}
