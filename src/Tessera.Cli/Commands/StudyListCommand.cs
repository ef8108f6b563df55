using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Cli.Output;
using Tessera.Studies.Paper;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera study list</c></summary>
internal sealed class StudyListCommand : TesseraCommand
{
    public StudyListCommand(CliEnvironment environment, CancellationToken cancellationToken)
        : base("list", "List the studies there are.", environment, cancellationToken) => Take();

    protected override void Execute(ParseResult parsed, Session session) => session.Print(
        () => new JsonObject
        {
            ["studies"] = new JsonArray([.. StudyCatalog.All.Select(study => new JsonObject
            {
                ["name"] = study.Name,
                ["title"] = study.Title,
                ["source"] = study.Source,
                ["question"] = study.Question,
            })]),
        },
        console =>
        {
            var table = new TextTable(3, "study", "in the paper", "question");
            foreach (Study study in StudyCatalog.All) table.Row(study.Name, study.Source, study.Question);
            table.PrintTo(console);
        });
}
