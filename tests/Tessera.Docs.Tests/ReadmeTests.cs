using System.CommandLine;
using System.Text.RegularExpressions;
using Tessera.Cli;
using Tessera.Cli.Commands;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Synthetic;
using Tessera.Recommendation.Runs;

namespace Tessera.Docs.Tests;

public sealed class ReadmeTests
{
    private const string Prefix = "dotnet run -c Release --project src/Tessera.Cli -- ";
    private const string TestCommand = "dotnet test -c Release";
    private const int MaxLines = 150;
    private static readonly string Readme = Repository.Read("README.md");

    [Fact]
    public void The_first_screen_gives_the_demonstration_and_the_tests()
    {
        Assert.Equal([Prefix + "demo", TestCommand], Repository.Blocks(Readme, "sh")[0].TrimEnd().Split('\n'));
        Assert.True(Readme.IndexOf(TestCommand, StringComparison.Ordinal) < 500);
        Assert.InRange(Readme.Count(character => character == '\n'), 1, MaxLines);
    }

    [Fact]
    public void The_script_of_continuous_integration_runs_the_tests_as_the_readme_says()
    {
        string[] lines = Repository.Read(".ci/run").TrimEnd().Split('\n');
        Assert.Equal("#!/usr/bin/env bash", lines[0]);
        Assert.Contains("set -euo pipefail", lines);
        Assert.Equal(TestCommand, Assert.Single(lines, line => line.StartsWith("dotnet test", StringComparison.Ordinal)));
        Assert.EndsWith("--verify-no-changes", Assert.Single(lines, line => line.StartsWith("dotnet format whitespace", StringComparison.Ordinal)), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.True(File.GetUnixFileMode(Path.Combine(Repository.Root, ".ci/run")).HasFlag(UnixFileMode.UserExecute));
    }

    [Fact]
    public void Every_command_in_the_documents_parses()
    {
        var environment = new CliEnvironment(CliEnvironment.ConsoleOn(TextWriter.Null, false), CliEnvironment.ConsoleOn(TextWriter.Null, false), null);
        RootCommand root = CommandLine.Create(environment, CancellationToken.None);
        string[] commands =
        [
            .. from file in Repository.Files(".md")
               from block in Repository.Blocks(Repository.Read(file), "sh")
               from line in block.Split('\n')
               where line.StartsWith("tessera ", StringComparison.Ordinal) || line.StartsWith(Prefix, StringComparison.Ordinal)
               select line.StartsWith(Prefix, StringComparison.Ordinal) ? line[Prefix.Length..] : line["tessera ".Length..],
        ];
        Assert.True(commands.Length >= 6);
        foreach (string command in commands) Assert.Empty(root.Parse(command).Errors.Select(error => $"{command}: {error.Message}"));
    }

    [Fact]
    public void The_csharp_trains_and_recommends()
    {
        string[] given = Lines(Assert.Single(Repository.Blocks(Readme, "csharp")));
        string[] code = Lines(Repository.Read("tests/Tessera.Docs.Tests/ReadmeExample.cs"));
        int body = Array.IndexOf(code, "public static void Run(string dataset, string folder)") + 2;
        Assert.Equal([.. Usings(code), .. code[body..^2]], given.Where(line => !line.StartsWith("string dataset = ", StringComparison.Ordinal)));

        string folder = Directory.CreateTempSubdirectory("tessera-readme-").FullName, dataset = Path.Combine(folder, "dataset");
        try
        {
            DatasetWriter.Write(SyntheticDataset.Create(new SyntheticDatasetOptions { Users = 60, Items = 80 }).Dataset, dataset);
            ReadmeExample.Run(dataset, Path.Combine(folder, "run"));
            using TrainedRun trained = TrainedRun.Open(Path.Combine(folder, "run"));
            Assert.Equal(64 * trained.Embeddings.Chunks.Count, trained.Embeddings.Items.Columns);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static string[] Lines(string text) => [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];

        static IEnumerable<string> Usings(string[] lines) => lines.Where(line => line.StartsWith("using Tessera.", StringComparison.Ordinal));
    }

    [Fact]
    public void The_printed_demonstration_has_the_sections_and_rows_of_todays()
    {
        string printed = Repository.Blocks(Readme, "text")[0];
        foreach (string part in DemoTests.Sections) Assert.Contains(part, printed, StringComparison.Ordinal);
        Assert.Matches(new Regex(@"│ LIRDRec +│ 1,200 │"), printed);
    }

    [Fact]
    public void The_qualities_are_those_of_the_comparison()
    {
        const string Report = "docs/studies/comparison-lastfm/report.md";
        int start = Readme.IndexOf("| model | as published | same losses |", StringComparison.Ordinal);
        string table = Readme[start..].Split("\n\n")[0];
        string[] tracks = [.. table.Split('\n')[0].Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Skip(1)];
        string[][] rows = [.. Repository.Rows(table + "\n")];
        Assert.Equal((4, 3), (rows.Length, tracks.Length));
        foreach (string[] row in rows)
            Assert.Equal(tracks.Select(track => Repository.CellsOf(Report, row[0], track, "Recall@20").Single()), row.Skip(1));
        Assert.Equal(
            new[] { ("LIRDRec, preset lirdrec-cosine", "preset"), ("SLMRec", "as published") }
                .Select(one => Repository.CellsOf("docs/studies/comparison-tiktok/report.md", one.Item1, one.Item2, "Recall@20").Single()),
            Regex.Matches(Readme[(start + table.Length)..].Split("\n\n")[1], @"0\.\d{4} ± 0\.\d{4}").Select(match => match.Value));
    }
}
