using Tessera.Data;
using Tessera.Studies.Paper;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Tests.Paper;

public sealed class StudyCatalogTests
{
    /// <summary>Those that the same small data and settings suit; the others' own tests have data for them.</summary>
    public static TheoryData<string> Studies { get; } =
        [.. StudyCatalog.All.Select(study => study.Name).Except(["statistics", "descriptions", "sequential"])];

    [Theory]
    [MemberData(nameof(Studies))]
    public void Every_study_ends_in_a_report_without_an_empty_cell(string name)
    {
        using var small = new SmallStudy();
        StudyPlan plan = small.Plan(name);

        Report report = small.Run(plan);

        Assert.Equal(name, report.Name);
        Assert.Contains(report.Parts, part => part is Table);
        AssertWhole(report);
        Assert.DoesNotContain(report.Parts.OfType<Table>().SelectMany(table => table.Rows).SelectMany(row => row), cell => cell.Text == "not measured yet");
        AssertWhole(small.Runner(plan, out_: "unmeasured").Report());
    }

    [Fact]
    public void Names_are_distinct_and_another_is_refused_with_those_there_are()
    {
        Assert.Equal(StudyCatalog.All.Count, StudyCatalog.All.Select(study => study.Name).Distinct().Count());
        var refusal = Assert.Throws<InvalidInputException>(() => StudyCatalog.Find("component"));
        Assert.StartsWith("There is no study 'component'; expected one of ", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Tables have a cell for each column and text in each; figures as many numbers as they have names.</summary>
    private static void AssertWhole(Report report)
    {
        foreach (ReportPart part in report.Parts)
        {
            switch (part)
            {
                case Table table:
                    Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count));
                    Assert.All(table.Rows.SelectMany(row => row), cell => Assert.NotEqual("", cell.Text.Trim()));
                    break;
                case BarFigure bars:
                    Assert.All(bars.Series, series => Assert.Equal(bars.Groups.Count, series.Values.Count));
                    break;
                case HeatMap map:
                    Assert.Equal(map.Rows.Count, map.Values.Count);
                    Assert.All(map.Values, row => Assert.Equal(map.Columns.Count, row.Count));
                    break;
                case LineFigure lines:
                    Assert.All(lines.Lines, line => Assert.Equal(line.X.Count, line.Y.Count));
                    break;
            }
        }
    }
}
