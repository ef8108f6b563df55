using System.Globalization;
using Tessera.Data;
using Tessera.Studies.Cells;
using Tessera.Studies.Paper;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Tests.Paper;

public sealed class SequentialStudyTests
{
    [Fact]
    public void A_users_history_is_cut_into_periods_of_as_many_the_newest_last()
    {
        var train = Interactions.FromPairs(3, 6, [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (1, 5), (2, 0), (2, 1)]);
        var times = new Dictionary<(int, int), double>
        {
            [(0, 0)] = 50,
            [(0, 1)] = 40,
            [(0, 2)] = 30,
            [(0, 3)] = 20,
            [(0, 4)] = 10,
            [(1, 5)] = 1,
            [(2, 0)] = 7,
            [(2, 1)] = 7,
        };

        Interactions[] periods = SequentialStudy.PeriodsOf(train, times, 2);

        Assert.Equal([(0, 3), (0, 4), (2, 0)], periods[0].Pairs()); // users 0 and 2; those of one time in order of items
        Assert.Equal([(0, 0), (0, 1), (0, 2), (1, 5), (2, 1)], periods[1].Pairs());
    }

    [Theory]
    [InlineData("behavior", "ease")]
    [InlineData("lirdrec.coldItems", "neighbors")]
    public void What_the_periods_would_go_without_is_refused(string option, string value)
    {
        using SmallStudy small = WithTimes();
        string message = Assert.Throws<InvalidInputException>(() => small.Plan("sequential", SmallStudy.Tiny(others: new() { [option] = value }))).Message;
        Assert.Equal($"The study 'sequential' decides on '{option}' itself; leave it out of the settings.", message);
    }

    [Fact]
    public void Periods_take_the_place_of_modalities_and_have_weights()
    {
        using SmallStudy small = WithTimes();
        StudyPlan plan = small.Plan("sequential");

        Report report = small.Run(plan);

        Table metrics = SmallStudy.TableOf(report, "Test metrics");
        Assert.Equal(plan.Cells.Select(cell => cell.Factors["chunks"]), metrics.Rows.Select(row => row[0].Text));
        Assert.All(metrics.Rows, row => Assert.InRange(row[3].Value!.Value, 0, 1));
        foreach (StudyCell cell in plan.Cells.Where(cell => cell.Factors["periods"] != "modalities"))
        {
            double[] weights = [.. small.ResultOf(plan, cell).Measured["weights"]!.AsArray().Select(weight => (double)weight!)];
            Assert.Equal(int.Parse(cell.Factors["periods"], CultureInfo.InvariantCulture), weights.Length);
            Assert.Equal(1, weights.Sum(), 5);
            if (cell.Factors["chunks"].EndsWith("uniform weights", StringComparison.Ordinal)) Assert.All(weights, weight => Assert.Equal(0.25, weight, 6));
        }
    }

    [Fact]
    public void A_training_that_was_stopped_gives_the_same_as_one_that_was_not()
    {
        using SmallStudy small = WithTimes();
        StudyPlan plan = small.Plan("sequential", SmallStudy.Tiny(epochs: 3));
        CellRun run = small.Runner(plan).Of(plan.Cells.First(cell => cell.Factors["periods"] == "2"), 1, small.Device);
        CellResult whole = StudyCatalog.Find("sequential").Measure(run);
        Directory.Delete(Path.Combine(run.RunFolder, "checkpoints", "epoch-000003"), recursive: true); // as if killed in the last epoch, after its line was written

        CellResult resumed = StudyCatalog.Find("sequential").Measure(run);

        Assert.Equal(whole.Test!.ToJsonString(), resumed.Test!.ToJsonString());
        Assert.Equal(whole.Curve.Select(epoch => (double)epoch["loss"]!), resumed.Curve.Select(epoch => (double)epoch["loss"]!));
    }

    [Fact]
    public void It_goes_on_where_it_was_stopped()
    {
        using SmallStudy small = WithTimes();
        StudyPlan plan = small.Plan("sequential");
        small.AssertResumes(plan with { Cells = [.. plan.Cells.Take(3)] });
    }

    [Fact]
    public void Data_without_times_or_features_and_other_models_are_refused()
    {
        using SmallStudy small = WithTimes();
        using var untimed = new SmallStudy();

        Assert.Contains("has no column timestamp in its .inter file; make it by 'tessera data split --scheme temporal-user'", Refusal(() => untimed.Plan("sequential")), StringComparison.Ordinal);
        Assert.Contains("MF would do nothing", Refusal(() => small.Plan("sequential", models: ["mf"])), StringComparison.Ordinal);
        Assert.Contains("no item features", Refusal(() => StudyCatalog.Find("sequential").Cells(new StudyRequest([(small.Data, small.Read().WithModalities([]))], [], []))), StringComparison.Ordinal);

        static string Refusal(Action action) => Assert.Throws<InvalidInputException>(action).Message;
    }

    /// <summary>The small data set, whose items came one after another in the order of their numbers.</summary>
    private static SmallStudy WithTimes()
    {
        var small = new SmallStudy();
        string file = Directory.GetFiles(small.Data, "*.inter").Single();
        string[] lines = File.ReadAllLines(file);
        File.WriteAllLines(file, lines.Select((line, number) => $"{line}\t{(number == 0 ? "timestamp" : line.Split('\t')[1])}"));
        return small;
    }
}
