using System.Xml.Linq;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Studies.Reports;

/// <summary>Writes a report: <c>report.html</c>, <c>report.md</c>, <c>report.csv</c>, <c>report.json</c> and the pictures of its figures.</summary>
internal static class ReportWriter
{
    /// <summary>Names of the files.</summary>
    public const string Html = "report.html", Markdown = "report.md", Csv = "report.csv", Json = "report.json";

    private const string Figures = "figures";

    /// <summary>Writes each file whole, in place of those of an earlier report.</summary>
    /// <param name="folder">Folder of the report, which may hold other files; it is created where it does not exist.</param>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static void Write(Report report, string folder)
    {
        AtomicFolder.RefuseBelowFile(folder);
        List<XElement> figures = [];
        List<string> pictures = [];
        using (var pictureFolder = new AtomicFolder(Path.Combine(folder, Figures), replace: true))
        {
            foreach (Figure figure in report.Parts.OfType<Figure>())
            {
                string name = $"figure-{figures.Count + 1}";
                Drawing drawing = Drawing.Of(figure);
                figures.Add(FigureSvg.Of(figure, drawing, name));
                pictures.Add($"{Figures}/{name}.svg");
                AtomicFile.WriteText(pictureFolder.In($"{name}.svg"), FigureSvg.File(figures[^1], drawing));
                AtomicFile.Write(pictureFolder.In($"{name}.png"), stream => stream.Write(drawing.Png()));
            }

            if (figures.Count > 0) pictureFolder.Complete();
        }

        AtomicFile.WriteText(Path.Combine(folder, Csv), CsvReport.Of(report));
        AtomicFile.WriteText(Path.Combine(folder, Markdown), MarkdownReport.Of(report, pictures));
        AtomicFile.WriteText(Path.Combine(folder, Html), HtmlReport.Of(report, figures));
        AtomicFile.WriteText(Path.Combine(folder, Json), JsonReport.Of(report));
    }
}
