using Tessera.Recommendation.Data;

namespace Tessera.Recommendation.Tests.Data;

public sealed class PublishedDataTests
{
    [SkippableTheory]
    [InlineData("tiktok", 9308, 6710, 59541, 3051, 6130, "audio 128, image 128")]
    [InlineData("lastfm", 1858, 1425, 44327, 4799, 7219, "audio 128, speech 512, text 384")]
    [InlineData("baby", 19445, 7050, 118551, 20559, 21682, "")]
    public void Published_data_sets_have_their_published_sizes(
        string name, int users, int items, int train, int validation, int test, string modalities)
    {
        string? root = FindDataRoot();
        Skip.If(root is null, "No folder shared/data above the tests and none named by TESSERA_DATA.");
        string directory = Path.Combine(root, name);
        Skip.IfNot(Directory.Exists(directory), $"No data set in {directory}.");

        DatasetStatistics statistics = DatasetStatistics.Of(DatasetReader.Read(directory).Dataset);

        Assert.Equal((users, items), (statistics.Users, statistics.Items));
        Assert.Equal((train, validation, test), (statistics.TrainInteractions, statistics.ValidationInteractions, statistics.TestInteractions));
        Assert.Equal(modalities, string.Join(", ", statistics.Modalities.Select(m => $"{m.Name} {m.Dimensions}")));
    }

    [SkippableFact]
    public void Users_without_training_items_are_noticed_in_published_data()
    {
        string? root = FindDataRoot();
        Skip.If(root is null, "No folder shared/data above the tests and none named by TESSERA_DATA.");
        string directory = Path.Combine(root, "tiktok");
        Skip.IfNot(Directory.Exists(directory), $"No data set in {directory}.");

        Assert.Equal(["10 users have no training item in tiktok.inter and are excluded from evaluation."], DatasetReader.Read(directory).Notices);
    }

    /// <summary>The folder named by TESSERA_DATA, else the nearest <c>shared/data</c> above the test assembly.</summary>
    private static string? FindDataRoot()
    {
        if (Environment.GetEnvironmentVariable("TESSERA_DATA") is { Length: > 0 } named) return named;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate)) return candidate;
        }

        return null;
    }
}
