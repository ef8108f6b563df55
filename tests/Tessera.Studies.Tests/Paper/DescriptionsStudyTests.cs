using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Tests.Paper;

public sealed class DescriptionsStudyTests
{
    [Fact]
    public void Pictures_and_descriptions_are_compared_with_what_an_item_cost()
    {
        using var small = new SmallStudy(modalities: ["image", "description"]);
        new EncodingCost(40, Seconds: 20) { PromptTokens = 8000, CompletionTokens = 2000 }.Write(small.Data, "descriptions");
        new EncodingCost(40, Seconds: 1) { PromptTokens = 2400 }.Write(small.Data, "description");
        StudyPlan plan = small.Plan("descriptions");
        Assert.Equal(["image", "description", "image description"], plan.Cells.Select(cell => string.Join(' ', cell.Variant.Modalities!)));

        Report report = small.Run(plan);

        Table metrics = SmallStudy.TableOf(report, "Test metrics");
        Assert.Equal(["pictures", "descriptions", "both"], metrics.Rows.Select(row => row[0].Text));
        Assert.Equal(3, metrics.Rows.Select(row => row[5].Value).Distinct().Count());
        Table costs = SmallStudy.TableOf(report, "What a server took");
        Assert.Equal(["embedding pictures", "not recorded", "", "", ""], costs.Rows[0].Select(cell => cell.Text));
        Assert.Equal([null, 40, 200, 50, 0.5], costs.Rows[1].Select(cell => cell.Value));
        Assert.Equal([null, 40, 60, null, 0.025], costs.Rows[2].Select(cell => cell.Value));
    }

    [Fact]
    public void It_goes_on_where_it_was_stopped()
    {
        using var small = new SmallStudy(modalities: ["image", "description"]);
        small.AssertResumes(small.Plan("descriptions"));
    }

    [Fact]
    public void Data_without_descriptions_is_refused_with_how_to_make_them()
    {
        using var small = new SmallStudy(modalities: ["image", "text"]);

        string message = Assert.Throws<InvalidInputException>(() => small.Plan("descriptions")).Message;

        Assert.Contains("has the modalities image, text; expected image and description", message, StringComparison.Ordinal);
        Assert.Contains($"'tessera data describe --data {small.Data}'", message, StringComparison.Ordinal);
    }
}
