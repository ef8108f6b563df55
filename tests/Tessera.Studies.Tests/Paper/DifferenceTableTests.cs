using Tessera.Studies.Cells;
using Tessera.Studies.Paper;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Tests.Paper;

public sealed class DifferenceTableTests
{
    private const int Users = 200;
    private static readonly StudyCell First = Cell("first"), Same = Cell("same"), Better = Cell("better"), Worse = Cell("worse"), Random = Cell("random"), Absent = Cell("absent");

    [Fact]
    public void What_is_the_same_is_noise_and_what_all_users_share_is_not()
    {
        Table table = TableOf([First, Same, Better, Worse, Random]);

        Assert.Equal("all: difference to first", table.Title);
        Assert.Equal(["same", "better", "worse", "random"], table.Rows.Select(row => row[0].Text));
        Assert.Equal(["noise", "better", "worse", "noise"], table.Rows.Select(row => row[^1].Text));
        Assert.Equal((0.0, 0.0, 1.0, 1.0), (table.Rows[0][1].Value, table.Rows[0][3].Value, table.Rows[0][4].Value, table.Rows[0][5].Value));
        Assert.Equal(["+0.1000", "[+0.1000, +0.1000]", "+1.00"], table.Rows[1].Skip(1).Take(3).Select(cell => cell.Text));
        Assert.Equal(["-0.1000", "[-0.1000, -0.1000]", "-1.00"], table.Rows[2].Skip(1).Take(3).Select(cell => cell.Text));
        Assert.Equal("< 0.0001", table.Rows[2][5].Text);
        Assert.All(table.Rows, row => Assert.Equal(Users, row[6].Value));
    }

    [Fact]
    public void P_is_corrected_for_the_rows_of_the_table()
    {
        double alone = TableOf([First, Better]).Rows[0][4].Value!.Value, amongThree = TableOf([First, Better, Same, Random]).Rows[0][4].Value!.Value;

        Assert.Equal(1 / 10_001.0, alone, 1e-12); // no draw of 10,000 is as far
        Assert.Equal(3 * alone, amongThree, 1e-12);
    }

    [Fact]
    public void Only_users_whom_both_measure_are_compared_each_by_the_mean_over_seeds()
    {
        var plan = new StudyPlan("components", [1, 2], [First, Better]);
        var outcome = new StudyOutcome(plan, _ => [])
        {
            UsersOf = (cell, seed) => (cell.Factors["name"], seed) switch
            {
                ("first", 1) => Metrics([1, 2, 3], [0.1, 0.2, 0.3]),
                ("first", 2) => Metrics([2, 4], [0.2, 0.4]),
                ("better", 1) => Metrics([2, 3, 9], [0.3, 0.7, 1]), // 2: +.1, 3: +.4
                _ => Metrics([2], [0.5]), // 2: +.3
            },
        };

        Table table = Assert.IsType<Table>(Assert.Single(DifferenceTable.ToFirst("all", outcome, plan.Cells, "name")));

        Assert.Equal(2, table.Rows[0][6].Value);
        Assert.Equal(0.3, table.Rows[0][1].Value!.Value, 1e-12); // of 2 the mean .2, of 3 .4
    }

    [Fact]
    public void Where_each_seed_has_a_test_split_of_its_own_all_must_agree()
    {
        var plan = new StudyPlan("cold-start", [1, 2], [First, Better, Random]);
        int[] users = [.. Enumerable.Range(0, Users)];
        var outcome = new StudyOutcome(plan, _ => [])
        {
            UsersOf = (cell, seed) => Metrics(users, [.. users.Select(_ => 0.3 + (cell == Better ? 0.1 : cell == Random ? seed == 1 ? 0.3 : -0.1 : 0))]),
        };

        Table table = Assert.IsType<Table>(Assert.Single(DifferenceTable.ToFirst("all", outcome, plan.Cells, "name", bySeed: true)));

        Assert.Equal(["better", "+0.1000", "+0.1000, +0.1000", "better"], new[] { 0, 1, 2, 8 }.Select(column => table.Rows[0][column].Text));
        Assert.Equal(["random", "+0.1000", "+0.3000, -0.1000", "noise"], new[] { 0, 1, 2, 8 }.Select(column => table.Rows[1][column].Text));
        Assert.Equal(table.Columns.Count, table.Rows[0].Count);
        Assert.True(table.Rows[1][5].Value < DifferenceTable.Level);
    }

    [Fact]
    public void What_is_not_measured_yet_says_so_and_counts_for_nothing()
    {
        Table table = TableOf([First, Better, Absent]);

        Assert.Equal(["absent", .. Enumerable.Repeat("not measured yet", 7)], table.Rows[1].Select(cell => cell.Text));
        Assert.Equal(1 / 10_001.0, table.Rows[0][4].Value!.Value, 1e-12);
        Assert.Empty(DifferenceTable.ToFirst("one", Outcome([First]), [First], "name"));
    }

    private static Table TableOf(StudyCell[] cells) => Assert.IsType<Table>(Assert.Single(DifferenceTable.ToFirst("all", Outcome(cells), cells, "name")));

    private static StudyOutcome Outcome(StudyCell[] cells) => new(new StudyPlan("components", [1], cells), _ => [])
    {
        UsersOf = (cell, _) => cell == Absent ? null : Metrics([.. Enumerable.Range(0, Users)], [.. Enumerable.Range(0, Users).Select(user => 0.3 + cell.Factors["name"] switch
        {
            "better" => 0.1,
            "worse" => -0.1,
            "random" => user % 2 == 0 ? 0.2 : -0.2,
            _ => 0,
        })]),
    };

    private static UserMetrics Metrics(int[] users, double[] recall) => new(users, [.. recall.Select(value => new[] { 0, value, 0, 0 })]);

    private static StudyCell Cell(string name) => new("data", name) { Factors = new() { ["name"] = name } };
}
