using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Cli.Output;
using Tessera.Data;
using Tessera.Recommendation.Runs;
using Tessera.Studies.Reports;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera report</c></summary>
internal sealed class ReportCommand : TesseraCommand
{
    private readonly Option<string> _run = Flags.Text("--run", "RUN", "folder of a run, finished or not");
    private readonly Option<string?> _out = Flags.OptionalText(
        "--out", "FOLDER", "folder for the report, new, empty or with an earlier report; default: 'report' in the run's folder");

    public ReportCommand(CliEnvironment environment, CancellationToken cancellationToken)
        : base("report", "Write a run's curves, results, weights and settings as a page with figures, Markdown, CSV and JSON.", environment, cancellationToken) =>
        Take(_run, _out);

    protected override void Execute(ParseResult parsed, Session session)
    {
        string directory = parsed.GetRequiredValue(_run);
        var run = new RunReport(directory);
        string folder = parsed.GetValue(_out) ?? new RunDirectory(directory).ReportFolder;
        RefuseOther(folder);
        ReportWriter.Write(run.Report(), folder);
        string page = Path.Combine(folder, ReportWriter.Html);
        session.Print(
            () => new JsonObject { ["run"] = directory, ["finished"] = run.IsFinished, ["epochs"] = run.Epochs, ["out"] = folder, ["page"] = page },
            console => console.Profile.Out.Writer.WriteLine(
                $"{(run.IsFinished ? "Finished" : "Unfinished")} run of {Figures.Counted(run.Epochs, "epoch")}; open {page} in a browser, "
                + $"or read {ReportWriter.Markdown}, {ReportWriter.Csv} and {ReportWriter.Json} beside it"));
    }

    /// <summary>A report takes the place of an earlier one, and of nothing else.</summary>
    private static void RefuseOther(string folder)
    {
        if (File.Exists(folder)) throw new InvalidInputException($"'{folder}' is a file; expected a folder for the report, so choose another.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !File.Exists(Path.Combine(folder, ReportWriter.Json)))
            throw new InvalidInputException(
                $"Folder '{folder}' is not empty and holds no report; expected a new one, an empty one or that of an earlier report, so choose another.");
    }
}
