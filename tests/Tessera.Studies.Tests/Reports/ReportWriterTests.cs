using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Tessera.Data;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Tests.Reports;

public sealed class ReportWriterTests : IDisposable
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_page_shows_every_part_and_the_papers_numbers_and_escapes_all_text()
    {
        ReportWriter.Write(SampleReport.Report, _folder.Path);
        string html = File.ReadAllText(_folder.In(ReportWriter.Html));
        XElement page = XElement.Parse(html.Split('\n', 2)[1]);

        Assert.StartsWith("<!DOCTYPE html>\n", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html.Replace("http://www.w3.org/", "", StringComparison.Ordinal), StringComparison.Ordinal); // nothing is fetched
        Assert.Equal($"What each part of LIRDRec adds: {SampleReport.Markup}", page.Descendants("h1").Single().Value);
        Assert.Equal(SampleReport.Report.Parts.OfType<Figure>().Count(), page.Descendants(Svg + "svg").Count());
        Assert.Equal(SampleReport.Report.Tables.Count(), page.Descendants("table").Count());
        string[] compared = [.. page.Descendants("span").Select(span => span.Value)];
        Assert.Equal(["paper 0.31, +0.0114", "paper 0.45, -0.0235", "paper 0.4412"], compared);
    }

    [Fact]
    public void A_figure_is_named_described_and_takes_its_ink_from_the_page()
    {
        ReportWriter.Write(SampleReport.Report, _folder.Path);
        Figure[] figures = [.. SampleReport.Report.Parts.OfType<Figure>()];
        for (int figure = 0; figure < figures.Length; figure++)
        {
            string text = File.ReadAllText(_folder.In($"figures/figure-{figure + 1}.svg"));
            XElement svg = XElement.Parse(text);
            Assert.Equal("img", (string?)svg.Attribute("role"));
            Assert.Equal(figures[figure].Title, svg.Element(Svg + "title")!.Value);
            Assert.Equal(figures[figure].Description, svg.Element(Svg + "desc")!.Value);
            Assert.Contains("fill=\"var(--ink)\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("fill=\"white\" width", text, StringComparison.Ordinal);
            Assert.DoesNotContain("#1B1B1B", text.Replace("#1b1b1b", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.InRange(text.Length, 1_000, 60_000);
            Assert.Equal("PNG"u8.ToArray(), File.ReadAllBytes(_folder.In($"figures/figure-{figure + 1}.png"))[1..4]);
        }

        string[] names = [.. XElement.Parse(File.ReadAllText(_folder.In("figures/figure-1.svg"))).Descendants(Svg + "text").Select(text => text.Value)];
        Assert.Superset(new HashSet<string> { "epoch", "Recall@20", "lirdrec", "item-knn", "60", "0.1" }, names.ToHashSet());
    }

    [Fact]
    public void Json_holds_the_report_whole_and_unrounded()
    {
        ReportWriter.Write(SampleReport.Report, _folder.Path);
        string json = File.ReadAllText(_folder.In(ReportWriter.Json));

        Report read = JsonReport.Read(json);

        Assert.Contains("0.32141234567891", json, StringComparison.Ordinal);
        Assert.Equal(SampleReport.Report.Parts.Select(part => part.GetType()), read.Parts.Select(part => part.GetType()));
        Assert.Equal(CsvReport.Of(SampleReport.Report), CsvReport.Of(read));
        Assert.Equal(json, JsonReport.Of(read));
    }

    [Fact]
    public void Csv_has_every_number_of_tables_and_figures_in_a_line_of_its_own()
    {
        string[] lines = CsvReport.Of(SampleReport.Report).TrimEnd('\n').Split('\n');

        Assert.Equal("table,row,column,value,deviation,paper", lines[0]);
        Assert.Contains("\"Test metrics on lastfm, and what the paper has\",whole,Recall@10,0.32141234567891,0.0012,0.31", lines);
        Assert.Contains(lines, line => line.EndsWith(",Recall@20,,,0.4412", StringComparison.Ordinal));
        int curves = SampleReport.Lines.Lines.Count * 60 + 60; // the epochs themselves are numbers, too
        Assert.Equal(curves, lines.Count(line => line.StartsWith("\"Recall@20 on validation, the first 60 epochs\"", StringComparison.Ordinal)));
        Assert.Equal(16, lines.Count(line => line.Contains("harmonic mean\",", StringComparison.Ordinal)));
    }

    [Fact]
    public void Markdown_has_the_tables_leads_to_the_figures_and_escapes_what_is_markup()
    {
        ReportWriter.Write(SampleReport.Report, _folder.Path);
        string text = File.ReadAllText(_folder.In(ReportWriter.Markdown));

        Assert.StartsWith("# What each part of LIRDRec adds: \\<b\\>R\\&D\\</b\\> \\| \"x\" \\*y\\*\n", text, StringComparison.Ordinal);
        Assert.Contains("| whole | 3 | 0.3214 ± 0.0012 (paper 0.31, +0.0114) | 0.4265 ± 0.0004 (paper 0.45, -0.0235) |", text, StringComparison.Ordinal);
        string[] links = [.. Regex.Matches(text, @"\]\(([^)]+)\)").Select(match => match.Groups[1].Value)];
        Assert.Equal(SampleReport.Report.Parts.OfType<Figure>().Count(), links.Length);
        Assert.All(links, link => Assert.True(File.Exists(_folder.In(link)), link));
        Assert.Contains("\n\\# no heading\n", MarkdownReport.Of(new Report("r", "t", [new Paragraph("# no heading")]), []), StringComparison.Ordinal);
        Assert.Contains("\n1\\. no list\n", MarkdownReport.Of(new Report("r", "t", [new Paragraph("1. no list")]), []), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_replaces_an_earlier_one_and_leaves_other_files_alone()
    {
        File.WriteAllText(_folder.In("plan.json"), "{}");
        ReportWriter.Write(SampleReport.Report, _folder.Path);
        ReportWriter.Write(new Report("less", "Less", [SampleReport.Heat]), _folder.Path);

        Assert.Equal(["figure-1.png", "figure-1.svg"], Directory.GetFiles(_folder.In("figures")).Select(Path.GetFileName).Order());
        Assert.Equal(["plan.json", "report.csv", "report.html", "report.json", "report.md"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
        Assert.StartsWith("# Less\n", File.ReadAllText(_folder.In(ReportWriter.Markdown)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_report_gives_the_same_bytes()
    {
        ReportWriter.Write(SampleReport.Report, _folder.In("a"));
        ReportWriter.Write(SampleReport.Report, _folder.In("b"));
        foreach (string file in Directory.GetFiles(_folder.In("a"), "*", SearchOption.AllDirectories))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(file.Replace(_folder.In("a"), _folder.In("b"), StringComparison.Ordinal)));
    }

    [Fact]
    public void A_file_in_the_folders_place_is_refused()
    {
        File.WriteAllText(_folder.In("taken"), "");
        var refused = Assert.Throws<InvalidInputException>(() => ReportWriter.Write(SampleReport.Report, _folder.In("taken/report")));
        Assert.Contains("is a file; expected a folder", refused.Message, StringComparison.Ordinal);
        Assert.Equal("", File.ReadAllText(_folder.In("taken")));
    }

    [Fact]
    public void Control_characters_and_halves_of_characters_are_shown_as_such()
    {
        var report = new Report("odd", "a\u001B[31mb\ud800c\nd", [new BarFigure("t\u0007", "d\0", "y\u0001", ["g\ud83d"], [new BarSeries("s", [1])])]);
        ReportWriter.Write(report, _folder.Path);
        Assert.Contains("<h1>a\uFFFD[31mb\uFFFDc d</h1>", File.ReadAllText(_folder.In(ReportWriter.Html)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_without_anything_to_draw_is_written_all_the_same()
    {
        var report = new Report("empty", "Empty", [
            new LineFigure("No lines", "", "x", "y", []), new LineFigure("No points", "", "x", "y", [new Line("a", [], [])]), new BarFigure("No bars", "", "y", [], []),
            new BarFigure("No values", "", "y", ["a"], [new BarSeries("s", [double.NaN])]), new BarFigure("Zeros", "", "y", ["a"], [new BarSeries("s", [0])]),
            new HeatMap("No cells", "", "x", "y", [], [], []), new HeatMap("Nothing measured", "", "x", "y", ["a"], ["b"], [[double.NaN]]), new Table("No rows", ["a"], []),
        ]);
        ReportWriter.Write(report, _folder.Path);
        Assert.Equal(7, Directory.GetFiles(_folder.In("figures"), "*.svg").Length);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.46321, "0.4632")]
    [InlineData(19445, "19,445")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(1.25e-6, "1.25e-6")]
    [InlineData(2e12, "2e12")]
    public void Numbers_are_written_as_they_are_read(double value, string text)
    {
        Assert.Equal(text, NumberText.Of(value));
        Assert.Equal(value, double.Parse(NumberText.Exact(value), CultureInfo.InvariantCulture));
    }
    [Fact]
    public void Numbers_of_a_column_have_as_many_decimals()
    {
        var bars = new BarFigure("Bars", "", "Recall@20", ["preset", "vbpr", "item-knn"], [
            new BarSeries("overall", [0.408, 0.0729, double.NaN], [0.0149, 0.0075, double.NaN]),
            new BarSeries("harmonic mean", [0.41, 8.385e-4, 0], [0.03, 2.954e-4, 0]),
            new BarSeries("seeds", [3, 1, 2]),
        ]);
        var lines = new LineFigure("Lines", "", "share", "Recall@20", [new Line("mf", [0, 0.25], [0.3, 0.25], [0.2, 0.2111], [0.4, 0.3]), new Line("ease", [0.25, 1], [2e-5, 3.125e-4])]);
        var map = new HeatMap("Map", "", "τ", "λ", ["0.8", "0.9"], ["0", "0.1"], [[0.42, 19445], [0.4155, 7]]);

        Assert.Equal(["0.4080 ± 0.0149", "0.4100 ± 0.0300", "3", "0.0729 ± 0.0075", "0.0008 ± 0.0003", "1", "", "0.0000 ± 0.0000", "2"], Numbers(bars, 1));
        Assert.Equal(["0.0000", "0.3000 (0.2000 to 0.4000)", "", "0.2500", "0.2500 (0.2111 to 0.3000)", "2.000e-5", "1.0000", "", "3.125e-4"], Numbers(lines, 0));
        Assert.Equal(["0.4200", "19,445", "0.4155", "7"], Numbers(map, 1));

        static string[] Numbers(Figure figure, int first) => [.. FigureNumbers.Of(figure).Rows.SelectMany(row => row.Skip(first)).Select(cell => cell.Text)];
    }
}
