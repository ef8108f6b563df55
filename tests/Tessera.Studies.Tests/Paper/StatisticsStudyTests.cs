using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Tests.Paper;

public sealed class StatisticsStudyTests
{
    [Fact]
    public void It_counts_what_the_data_has()
    {
        using var small = new SmallStudy();
        Dataset data = small.Read();

        Report report = small.Run(small.Plan("statistics", []));

        IReadOnlyList<TableCell> row = Assert.Single(SmallStudy.TableOf(report, "Users").Rows);
        int all = data.Train.Count + data.Validation.Count + data.Test.Count;
        double?[] expected =
            [null, data.Users, data.Items, all, 1 - (all / ((double)data.Users * data.Items)), data.Train.Count, data.Validation.Count, data.Test.Count, data.Train.ItemCounts().Count(count => count == 0)];
        Assert.Equal(expected, row.Select(cell => cell.Value));
        Assert.Equal("small", row[0].Text);
        Assert.All(row, cell => Assert.Null(cell.Paper));
        Table features = SmallStudy.TableOf(report, "Features");
        Assert.Equal(data.Modalities.Select(modality => modality.Name), features.Rows.Select(one => one[1].Text));
        Assert.Equal(data.Modalities.Select(modality => (double?)modality.Dimensions), features.Rows.Select(one => one[2].Value));
        Assert.Equal(data.Modalities.Select(modality => (double?)modality.MissingCount), features.Rows.Select(one => one[3].Value));
    }

    [Fact]
    public void Beside_data_of_the_paper_stand_its_numbers()
    {
        using var small = new SmallStudy("baby");

        IReadOnlyList<TableCell> row = Assert.Single(SmallStudy.TableOf(small.Run(small.Plan("statistics", [])), "Users").Rows);

        Assert.Equal([null, 19_445, 7_050, 160_792, 0.9988], row.Take(5).Select(cell => cell.Paper));
    }

    [Fact]
    public void It_refuses_models_and_settings_which_would_do_nothing()
    {
        using var small = new SmallStudy();

        Assert.Contains("trains nothing", Assert.Throws<InvalidInputException>(() => small.Plan("statistics", [], ["mf"])).Message, StringComparison.Ordinal);
        Assert.Contains("so epochs would", Assert.Throws<InvalidInputException>(() => small.Plan("statistics", new JsonObject { ["epochs"] = 1 })).Message, StringComparison.Ordinal);
    }
}
