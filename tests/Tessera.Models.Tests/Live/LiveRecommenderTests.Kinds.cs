using System.Numerics.Tensors;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Synthetic;
using Tessera.Models.Tests.Contract;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Runs;

namespace Tessera.Models.Tests.Live;

/// <summary>Runs of unusual options, data and models.</summary>
public sealed partial class LiveRecommenderTests
{
    [Theory]
    [InlineData("""{"dropout": 0.5}""")]
    [InlineData("""{"dct": "random-orthogonal"}""")]
    public void Runs_of_other_options_encode_new_items_as_they_did_in_training(string set)
    {
        using LiveRecommender live = Open(runs.Train("lirdrec", LiveRuns.Board, set));
        float[] trained = Vector(live, "4");
        live.UpdateItem(LiveRuns.Like("4", 4, nudge: 0));
        Assert.All(trained.Zip(Vector(live, "4")), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        live.AddItem(LiveRuns.Like("new", 4));
        Assert.All(live.Similar("new", 8), item => Assert.Equal(0, Checkerboard.GroupOf(item.Item)));
    }

    [Fact]
    public void An_update_of_a_wide_modality_with_the_features_that_an_item_has_changes_nothing()
    {
        Dataset wide = Wide(LiveData.MostDimensions + 44);
        using LiveRecommender live = Open(runs.Train("lirdrec", wide, training: """{"epochs": 1, "evaluateEvery": 1}"""));
        float[] trained = Vector(live, "4");
        Modality text = wide.Modalities.Single(modality => modality.Name == "wide");
        live.UpdateItem(new NewItem("4", new Dictionary<string, float[]> { ["wide"] = text.Features.Row(4).ToArray() }));
        float length = TensorPrimitives.Norm<float>(trained);
        Assert.All(trained.Zip(Vector(live, "4")), pair => Assert.Equal(pair.First, pair.Second, 1e-4f * length));
        live.UpdateItem(new NewItem("4", new Dictionary<string, float[]> { ["wide"] = text.Features.Row(9).ToArray() }));
        Assert.True(TensorPrimitives.Distance<float>(trained, Vector(live, "4")) > 1e-2f * length);
    }

    [Fact]
    public void A_wide_modality_that_no_item_has_is_no_obstacle()
    {
        using var nothing = new Matrix(Checkerboard.Items, LiveData.MostDimensions + 1);
        Dataset board = LiveRuns.Board;
        var data = new Dataset("nothing", board.Train, board.Validation, board.Test, [board.Modalities[0], new Modality("wide", nothing)]);
        using LiveRecommender live = Open(runs.Train("vbpr", data));
        live.AddItem(Only("new", board.Modalities[0].Name, 4));
        Assert.All(live.Similar("new", 8), item => Assert.Equal(0, Checkerboard.GroupOf(item.Item)));
    }

    [Fact]
    public void Features_too_large_for_a_vector_are_refused()
    {
        using LiveRecommender live = Open(runs.Of("lirdrec"));
        float[][] vectors = [.. Enumerable.Range(0, Checkerboard.Items).Select(item => Vector(live, $"{item}"))];
        var huge = new NewItem("huge", LiveRuns.Board.Modalities.ToDictionary(modality => modality.Name, modality => Enumerable.Repeat(3e38f, modality.Dimensions).ToArray()));
        foreach (NewItem item in new[] { huge, new NewItem("4", huge.Features) })
        {
            string message = Assert.Throws<InvalidInputException>(() => Put(item)).Message;
            Assert.Equal($"Item '{item.Id}' has features so large that its vector is not finite; expected numbers of the size of the other items'.", message);
        }

        Assert.Equal(vectors, Enumerable.Range(0, Checkerboard.Items).Select(item => Vector(live, $"{item}")));

        void Put(NewItem item)
        {
            if (item.Id == "4") live.UpdateItem(item);
            else live.AddItem(item);
        }
    }

    [Fact]
    public void What_changed_in_a_run_of_an_item_based_model_is_saved_too()
    {
        string folder = runs.Copy("ease");
        using (LiveRecommender live = Open(folder))
        {
            live.RemoveItem("4");
            live.AddEvents("ann", ["5", "7"]);
            live.Save();
        }

        using LiveRecommender again = Open(folder);
        IReadOnlyList<RankedItem> items = again.Recommend("ann", 30);
        Assert.NotEmpty(items);
        Assert.DoesNotContain(items, item => item.Id is "4" or "5" or "7");
        Assert.All(items.Take(5), item => Assert.Equal(0, Checkerboard.GroupOf(item.Item)));
    }

    [Fact]
    public void Of_an_item_based_model_too_items_that_are_gone_or_hidden_are_not_found()
    {
        using LiveRecommender live = Open(runs.Of("ease"));
        string[] before = [.. live.Similar("6", 30).Select(item => item.Id)];
        live.RemoveItem(before[0]);
        live.HideItem(before[1]);

        Assert.Equal(before[2..], live.Similar("6", 30).Select(item => item.Id));
        Assert.Equal(before[2], live.Similar("6", 1).Single().Id);
    }

    /// <summary>More items than a run keeps directions of, so that some of their features is lost.</summary>
    private static Dataset Wide(int dimensions)
    {
        Dataset data = SyntheticDataset.Create(new SyntheticDatasetOptions { Users = 60, Items = dimensions + 20, MeanInteractions = 30, Seed = 3 }).Dataset;
        var features = new Matrix(data.Items, dimensions);
        Rng rng = new Rng(5).Stream("wide");
        for (int item = 0; item < features.Rows; item++)
            for (int d = 0; d < dimensions; d++) features[item, d] = (float)rng.NextDouble() - 0.5f;
        return new Dataset("wide", data.Train, data.Validation, data.Test, [data.Modalities[0], new Modality("wide", features)]);
    }
}
