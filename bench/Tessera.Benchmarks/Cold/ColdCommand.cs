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
        var only = new Option<string[]>("--only") { Description = "run the studies whose name contains this, such as lastfm or 'lastfm vbpr', or none for the document alone; may be given often" };
        var curves = new Option<bool>("--curves") { Description = "train on cold items alone and keep each epoch's validation and test instead" };
        var command = new Command("cold", "compare ways to vectors of items that nobody had, and write docs/cold.md") { only, curves };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(curves)) Follow();
            else Run(parsed.GetValue(only) ?? []);
            ColdDocument.Write();
        });
        return command;
    }

    private static void Follow()
    {
        foreach (int seed in Enumerable.Range(1, Seeds))
        {
            foreach ((string modality, string learningRate) in new[] { ("resnet18", "1e-3"), ("arctic", "1e-3"), ("minilm", "1e-3"), ("resnet18", "1e-4"), ("arctic", "1e-4") })
            {
                if (ColdCurve.ReadAll().Any(curve => (curve.Modality, curve.LearningRate, curve.Seed) == (modality, learningRate, seed))) continue;
                ColdCurve.Train(modality, learningRate, seed).Write();
                Console.Error.WriteLine($"{modality} {learningRate} seed {seed} done");
            }
        }
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
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Study} seed {seed} {row.Variant}: epoch {row.Epoch}, validation {row.Validation}, test {row.Test}"));
            }
        }
    }
}
