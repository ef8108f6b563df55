using Tessera.Data.DatasetFolder;

namespace Tessera.Data.Tests.DatasetFolder;

public sealed class PublishedDataTests
{
    [Theory]
    [InlineData("tiktok", 9308, 6710, 59541, 3051, 6130, "audio 128, image 128")]
    [InlineData("lastfm", 1858, 1425, 44327, 4799, 7219, "audio 128, speech 512, text 384")]
    [InlineData("baby", 19445, 7050, 118551, 20559, 21682, "")]
    public void Published_data_sets_have_their_published_sizes(
        string name, int users, int items, int train, int validation, int test, string modalities)
    {
        string directory = PublishedData.Find(name);

        DatasetStatistics statistics = DatasetStatistics.Of(DatasetReader.Read(directory));

        Assert.Equal((users, items), (statistics.Users, statistics.Items));
        Assert.Equal((train, validation, test), (statistics.TrainInteractions, statistics.ValidationInteractions, statistics.TestInteractions));
        Assert.Equal(modalities, string.Join(", ", statistics.Modalities.Select(m => $"{m.Name} {m.Dimensions}")));
    }

    [Fact]
    public void Users_without_training_items_are_noticed_in_published_data()
    {
        string directory = PublishedData.Find("tiktok");

        Assert.Equal(["10 users have no training item in tiktok.inter and are excluded from evaluation."], DatasetReader.Read(directory).Notices);
    }
}
