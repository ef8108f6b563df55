using Tessera.Cli;
using Tessera.Cli.Commands;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Synthetic;
using Tessera.Serving;

namespace Tessera.Docs.Tests;

public sealed class ManualTests : IDisposable
{
    private static readonly string Manual = Repository.Read("docs/manual.md");
    private readonly string _folder = Directory.CreateTempSubdirectory("tessera-manual-").FullName;

    [Fact]
    public void Every_option_of_every_command_is_in_its_section()
    {
        var environment = new CliEnvironment(CliEnvironment.ConsoleOn(TextWriter.Null, false), CliEnvironment.ConsoleOn(TextWriter.Null, false), null);
        string[] sections = Manual.Split("\n### ")[1..];
        string[] undocumented =
        [
            .. from command in CommandLine.Create(environment, CancellationToken.None).Subcommands
               from leaf in command.Subcommands.Count > 0 ? [.. command.Subcommands] : new[] { command }
               let name = leaf == command ? command.Name : $"{command.Name} {leaf.Name}"
               let section = sections.Single(section => $"and {section.Split('\n')[0]} and ".Contains($"and {name} and ", StringComparison.Ordinal))
               from option in leaf.Options
               where option.Name is not ("--json" or "--verbose" or "--help") && !section.Contains(option.Name, StringComparison.Ordinal)
               select $"{name} {option.Name}",
        ];
        Assert.Empty(undocumented);
    }

    [Fact]
    public async Task The_program_that_serves_recommends()
    {
        string given = Assert.Single(Repository.Blocks(Manual, "csharp"), block => block.Contains("AddTessera(", StringComparison.Ordinal));
        string code = Repository.Read("tests/Tessera.Docs.Tests/ServingExample.cs");
        int body = code.IndexOf("        HostApplicationBuilder", StringComparison.Ordinal), end = code.IndexOf("        return list;", StringComparison.Ordinal);
        foreach (string line in given.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("string run = ", StringComparison.Ordinal)))
            Assert.Contains(line, line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=', StringComparison.Ordinal) ? code[..body] : code[body..end], StringComparison.Ordinal);
        Assert.Equal(code[body..end].Split('\n').Count(line => line.Trim().Length > 0), given[given.IndexOf("HostApplicationBuilder", StringComparison.Ordinal)..].Split('\n').Count(line => line.Trim().Length > 0));

        string data = Path.Combine(_folder, "serving-data"), run = Path.Combine(_folder, "serving", "run");
        DatasetWriter.Write(SyntheticDataset.Create(new SyntheticDatasetOptions { Users = 60, Items = 80 }).Dataset, data);
        ReadmeExample.Run(data, run);
        RecommendationResponse list = await ServingExample.RunAsync(run);
        Assert.Equal(5, list.Items.Count);
        Assert.All(list.Items, item => Assert.Equal((RecommendedItem.Personal, true), (item.Reason, item.Id is not ("7" or "17"))));
        Assert.Contains(list.Items, item => item.Because.Contains("17"));
    }

    [Fact]
    public void The_commands_to_try_work_in_their_order()
    {
        string tried = Manual.Split("Try it:")[1];
        string[] commands = [.. Repository.Blocks(tried, "sh")[0].TrimEnd().Split('\n')];
        Assert.Equal(7, commands.Length);
        foreach (string command in commands)
        {
            (int code, _, string error) = TesseraProcess.Run(_folder, command.Split(' ')[1..]);
            Assert.True(code == 0, $"{command}: {error}");
        }
    }

    [Fact]
    public void The_interactions_shown_are_read()
    {
        string block = Repository.Blocks(Manual, "text").Single(text => text.StartsWith("userID", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(_folder, "shown.inter"), block);
        DatasetStatistics statistics = DatasetStatistics.Of(DatasetReader.Read(_folder));
        Assert.Equal((2, 24, 3, 1, 1), (statistics.Users, statistics.Items, statistics.TrainInteractions, statistics.ValidationInteractions, statistics.TestInteractions));
    }

    [Fact]
    public void The_python_reads_a_runs_vectors_and_external_ids()
    {
        Assert.SkipUnless(HasNumPy(), "python3 with numpy is not installed.");
        SyntheticDatasetOptions size = new() { Users = 60, Items = 80 };
        string dataset = Path.Combine(_folder, "dataset"), run = Path.Combine(_folder, "run"), script = Path.Combine(_folder, "read.py");
        DatasetWriter.Write(SyntheticDataset.Create(size).Dataset, dataset);
        string[] users = [.. Enumerable.Range(0, size.Users).Select(n => n == 0 ? "\"Ann\", of Åre" : $"user {n}")];
        string[] items = [.. Enumerable.Range(0, size.Items).Select(n => $"sku-{n}")];
        DatasetWriter.WriteIds(dataset, users, items);
        (int code, _, string error) = TesseraProcess.Run(
            _folder, "train", "--data", dataset, "--model", "mf", "--out", run, "--set", "epochs=2");
        Assert.True(code == 0, error);

        File.WriteAllText(script, Repository.Blocks(Manual, "python").Single(block => block.Contains("argv", StringComparison.Ordinal)));
        (code, string output, error) = TesseraProcess.RunProgram("python3", _folder, script, run);
        Assert.True(code == 0, error);
        Assert.Contains(users[0], output, StringComparison.Ordinal);
        Assert.Contains("sku-", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_python_of_an_index_reads_files_that_export_writes()
    {
        string code = Repository.Blocks(Manual, "python").Single(block => block.Contains("faiss", StringComparison.Ordinal));
        string dataset = Path.Combine(_folder, "dataset"), run = Path.Combine(_folder, "shop/run");
        DatasetWriter.Write(SyntheticDataset.Create(new SyntheticDatasetOptions { Users = 60, Items = 80 }).Dataset, dataset);
        foreach (string[] command in new string[][] { ["train", "--data", dataset, "--model", "mf", "--out", run, "--set", "epochs=1"], ["export", "--run", "shop/run", "--out", "shop/vectors"] })
        {
            (int exit, _, string error) = TesseraProcess.Run(_folder, command);
            Assert.True(exit == 0, error);
        }

        string[] files = [.. System.Text.RegularExpressions.Regex.Matches(code, "\"(shop/[^\"]+)\"").Select(match => match.Groups[1].Value)];
        Assert.Equal(3, files.Length);
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(_folder, file)), file));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private bool HasNumPy()
    {
        try
        {
            return TesseraProcess.RunProgram("python3", _folder, "-c", "import numpy").Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
