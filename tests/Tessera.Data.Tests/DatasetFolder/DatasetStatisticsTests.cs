using Tessera.Compute.Tensors;
using Tessera.Data.DatasetFolder;

namespace Tessera.Data.Tests.DatasetFolder;

public sealed class DatasetStatisticsTests
{
    [Fact]
    public void A_data_set_made_by_hand_is_counted_right()
    {
        Interactions train = Interactions.FromPairs(4, 5, [(0, 0), (0, 1), (1, 0), (2, 2)]);
        Interactions validation = Interactions.FromPairs(4, 5, [(0, 3)]);
        Interactions test = Interactions.FromPairs(4, 5, [(1, 2)]);
        var image = new Modality("image", Matrix.From(new float[,] { { 1, 0 }, { 0, 0 }, { 0, 2 }, { 0, -0f }, { 3, 3 } }));

        DatasetStatistics statistics = DatasetStatistics.Of(new Dataset("hand", train, validation, test, [image]));

        Assert.Equal((4, 5), (statistics.Users, statistics.Items));
        Assert.Equal((4, 1, 1, 6L), (statistics.TrainInteractions, statistics.ValidationInteractions, statistics.TestInteractions, statistics.Interactions));
        Assert.Equal(0.7, statistics.Sparsity, 12);
        Assert.Equal(1.5, statistics.MeanPerUser, 12);
        Assert.Equal(1.2, statistics.MeanPerItem, 12);
        Assert.Equal(2, statistics.ColdItems);
        Assert.Equal([new ModalityStatistics("image", 2, 2)], statistics.Modalities);
    }
}
