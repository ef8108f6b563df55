using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Recommendation.Metrics;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;
using Tessera.Studies.Tests.Paper;

namespace Tessera.Studies.Tests.Cells;

public sealed class UserMetricsTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_to_the_last_bit()
    {
        double[][] values = [[0, 1.0 / 3, 0.1, Math.PI / 4], [1, 0.7, double.Epsilon, 1 - 1e-16]];
        new UserMetrics([3, 17], values).Write(_folder.In("users.parquet"));

        UserMetrics read = UserMetrics.ReadIfPresent(_folder.In("users.parquet"))!;

        Assert.Equal([3, 17], read.Users);
        Assert.Equal(values, read.Values);
        Assert.Equal([(3, 1.0 / 3), (17, 0.7)], read.Of(new MetricName(Metric.Recall, 20)).Select(user => (user.Key, user.Value)));
        Assert.Null(UserMetrics.ReadIfPresent(_folder.In("none.parquet")));
    }

    [Fact]
    public void Another_file_is_refused_by_name()
    {
        string path = _folder.Write("users.parquet", "no Parquet at all");

        string message = Assert.Throws<InvalidInputException>(() => UserMetrics.ReadIfPresent(path)).Message;

        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains("no Parquet file or a damaged one", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mf")]
    [InlineData("popularity")]
    public void Their_mean_is_the_metric_of_the_result(string model)
    {
        using var small = new SmallStudy();
        StudyPlan plan = small.Plan("comparison", models: [model]);
        small.Run(plan);
        CellRun run = small.Runner(plan).Of(plan.Cells[0], seed: 1);
        JsonNode test = run.Read()!.Test!;

        UserMetrics users = run.ReadUsers()!;

        Assert.Equal((int)test["users"]!, users.Users.Count);
        foreach (MetricName metric in UserMetrics.Metrics)
            Assert.Equal((double)test["metrics"]![metric.ToString()]!, users.Of(metric).Values.Average(), 1e-12);
    }
}
