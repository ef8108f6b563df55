using System.Collections.Concurrent;
using Tessera.Data;
using Tessera.Data.Splitting;
using Tessera.Studies.Paper;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Tests.Paper;

public sealed class StudyRunnerTests : IDisposable
{
    private readonly SmallStudy _small = new();

    public void Dispose() => _small.Dispose();

    [Fact]
    public void A_study_that_was_stopped_goes_on_with_what_it_has_to_the_same_report()
    {
        StudyPlan plan = _small.Plan("components");
        plan.Write(_small.In("plan.json"));
        StudyPlan read = StudyPlan.Read(_small.In("plan.json"));
        using var stop = new CancellationTokenSource();
        int measured = 0;
        StudyRunner whole = _small.Runner(plan, out_: "whole"), stopped = _small.Runner(read, _ => { if (++measured == 2) stop.Cancel(); }, "stopped");

        whole.Measure(null, default);
        Assert.Throws<OperationCanceledException>(() => stopped.Measure(null, stop.Token));
        stopped.Measure(TimeSpan.Zero, default); // no time for any
        Assert.Equal(2, Directory.GetFiles(_small.In("stopped"), "*.json").Length);
        Assert.StartsWith("4 of 6 measurements are not made yet", Assert.IsType<Paragraph>(stopped.Report().Parts[0]).Text, StringComparison.Ordinal);
        stopped.Measure(null, default);

        Assert.Equal(6, Directory.GetFiles(_small.In("stopped"), "*.json").Length);
        Assert.Equal(SmallStudy.Texts(whole.Report()), SmallStudy.Texts(stopped.Report()));
        Assert.Equal(6, Directory.GetFiles(_small.In("stopped"), "*.parquet").Length);
        Assert.Empty(Directory.GetDirectories(_small.In("stopped"), "checkpoints", SearchOption.AllDirectories));
        Table table = whole.Report().Parts.OfType<Table>().First();
        Assert.Equal(6, table.Rows.Count);
        Assert.All(table.Rows, row => Assert.InRange(row[3].Value!.Value, 0, 1));
    }

    [Fact]
    public async Task Studies_that_share_a_folder_measure_each_cell_once_and_report_the_same()
    {
        StudyPlan plan = _small.Plan("components");
        var measured = new ConcurrentBag<string>();
        StudyRunner[] runners = [_small.Runner(plan, measured.Add, "shared"), _small.Runner(plan, measured.Add, "shared")];

        await Task.WhenAll(runners.Select(runner => Task.Run(() => runner.Measure(null, default))));

        Assert.Equal(6, measured.Count);
        Assert.Equal(6, measured.Distinct().Count());
        Assert.Equal(SmallStudy.Texts(runners[0].Report()), SmallStudy.Texts(runners[1].Report()));
        Assert.All(runners, runner => Assert.Empty(runner.Missing()));
    }

    [Fact]
    public void A_variant_changes_what_it_says_and_nothing_else()
    {
        Dataset data = _small.Read();

        Dataset mixed = new DataVariant { Split = SplitScheme.ColdMixed, Modalities = ["text"] }.Apply(data, 1), half = new DataVariant { Kept = 0.5 }.Apply(data, 1),
            shuffled = new DataVariant { ShuffledRows = true }.Apply(data, 1), noisy = new DataVariant { Noise = 1 }.Apply(data, 1);

        Assert.NotNull(mixed.ColdItems);
        Assert.Equal(mixed.ColdItems, new DataVariant { Split = SplitScheme.ColdMixed, Kept = 0.5 }.Apply(data, 1).ColdItems);
        Dataset dense = new DataVariant { Split = SplitScheme.ColdMixed, KeptItems = 0.9 }.Apply(data, 1);
        Assert.NotEmpty(dense.ColdItems!);
        Assert.All(dense.ColdItems!, item => Assert.Equal((0, true), (dense.Train.ItemCounts()[item], dense.Validation.ItemCounts()[item] + dense.Test.ItemCounts()[item] > 0)));
        Assert.Equal("text", Assert.Single(mixed.Modalities).Name);
        Assert.InRange(half.Train.Count, 0.4 * data.Train.Count, 0.65 * data.Train.Count);
        Assert.All(half.Train.Pairs(), pair => Assert.True(data.Train.ItemsOf(pair.User).Contains(pair.Item)));
        Assert.Equal(Rows(data).Order(), Rows(shuffled).Order());
        Assert.NotEqual(Rows(data), Rows(shuffled));
        Assert.Empty(Rows(data).Intersect(Rows(noisy)));

        static string[] Rows(Dataset data) => [.. Enumerable.Range(0, data.Items).Select(row => string.Join(' ', data.Modalities[0].Features.Row(row).ToArray()))];
    }
}
