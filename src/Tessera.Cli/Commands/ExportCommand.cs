using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Cli.Output;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera export</c></summary>
internal sealed class ExportCommand : TesseraCommand
{
    private readonly Option<string> _run = Flags.Run();
    private readonly Option<string> _out = Flags.Text("--out", "DIR", "folder for the vectors, new or empty");

    public ExportCommand(CliEnvironment environment, CancellationToken cancellationToken)
        : base("export", "Write a run's vectors with their ids as Parquet and NPY, for other programs and vector indexes.", environment, cancellationToken) =>
        Take(_run, _out);

    protected override void Execute(ParseResult parsed, Session session)
    {
        using TrainedRun run = TrainedRun.Open(parsed.GetRequiredValue(_run));
        string directory = parsed.GetRequiredValue(_out);
        RunExport.Write(run, directory);
        (int users, int items, int width) = (run.Embeddings.Users.Rows, run.Embeddings.Items.Rows, run.Embeddings.Items.Columns);
        session.Print(
            () => new JsonObject { ["model"] = run.Model, ["out"] = directory, ["users"] = users, ["items"] = items, ["dimensions"] = width },
            console => console.WriteLine(
                $"{Figures.Counted(users, "user")} and {Figures.Counted(items, "item")} of {Figures.Counted(width, "dimension")} in {directory}; a score is a dot product"));
    }
}
