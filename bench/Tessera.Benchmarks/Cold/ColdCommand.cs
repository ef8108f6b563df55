using System.CommandLine;
using System.Globalization;
using Tessera.Data;

namespace Tessera.Benchmarks.Cold;

/// <summary>
/// Trains models on mixed splits of real data and compares ways to vectors of cold items; continues where it was interrupted, a training at a time.
/// </summary>
internal static class ColdCommand
{
    private const int Seeds = 3;

    public static Command Create()
    {
        var only = new Option<string[]>("--only") { Description = "run the studies whose name contains this, such as lastfm or 'lastfm vbpr'; may be given often" };
        var command = new Command("cold", "compare ways to vectors of items that nobody had, and write docs/cold.md") { only };
        command.SetAction(parsed => Run(parsed.GetValue(only) ?? []));
        return command;
    }

    private static void Run(string[] only)
    {
        ColdStudy[] studies = [.. ColdStudy.All.Where(s => only.Length == 0 || only.Any(part => s.Name.Contains(part, StringComparison.Ordinal)))];
        foreach (int seed in Enumerable.Range(1, Seeds))
        {
            foreach (ColdStudy study in studies)
            {
                if (ColdRow.ReadAll().Any(row => (row.Study, row.Seed) == (study.Name, seed))) continue;
                Dataset data = StudyData.Read(study.Data).Dataset;
                using var training = new ColdTraining(study, data, seed);
                IReadOnlyList<ColdRow> rows = training.Run();
                ColdRow.Write(rows);
                foreach (ColdRow row in rows)
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Study} seed {seed} {row.Variant} by {row.ChosenBy}: epoch {row.Epoch}, validation {row.Validation}, test {row.Test}"));
            }
        }
    }
}
