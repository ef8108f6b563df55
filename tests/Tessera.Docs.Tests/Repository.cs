using System.Reflection;
using System.Text.RegularExpressions;
using Tessera.Cli.Commands;
using Tessera.Client;
using Tessera.Compute.Tensors;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Onnx;
using Tessera.Encoders.Texts;
using Tessera.Models;
using Tessera.Recommendation.Recommenders;
using Tessera.Server;
using Tessera.Serving;
using Tessera.Serving.Postgres;
using Tessera.Serving.Stores;
using Tessera.Studies.Tuning;

namespace Tessera.Docs.Tests;

/// <summary>The files of the repository, and the types they compile to.</summary>
internal static class Repository
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly string[] BuildFolders = ["bin", "obj", ".git", "runs", "TestResults", "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } = FindRoot();

    public static Type[] Types { get; } =
    [
        .. new[]
        {
            typeof(Matrix), typeof(Recommender), typeof(LirdRec), typeof(EventLog), typeof(TfidfEncoder), typeof(OnnxModels), typeof(Database), typeof(PostgresDatabase),
            typeof(RecommendationRequest), typeof(TesseraServerOptions), typeof(TesseraClient), typeof(SuccessiveHalving), typeof(CommandLine),
        }.SelectMany(type => type.Assembly.GetTypes()),
    ];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Files with an extension, build outputs left out, relative to the root.</summary>
    public static IEnumerable<string> Files(string extension, string folder = "") =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*" + extension, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path))
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Intersect(BuildFolders).Any());

    /// <summary>The fenced blocks of a language, in order.</summary>
    public static string[] Blocks(string markdown, string language) =>
        [.. Regex.Matches(markdown, $@"^```{language}\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).Select(match => match.Groups[1].Value)];

    /// <summary>The rows of a document's tables, heads and rules left out.</summary>
    public static IEnumerable<string[]> Rows(string markdown)
    {
        string[] lines = markdown.Split('\n');
        for (int line = 0; line < lines.Length; line++)
        {
            if (!lines[line].StartsWith('|') || lines[line].StartsWith("|--", StringComparison.Ordinal)) continue;
            if (lines[line + 1].StartsWith("|--", StringComparison.Ordinal)) continue;
            yield return [.. lines[line].Trim('|').Split('|').Select(cell => cell.Trim())];
        }
    }

    /// <summary>A row's cells in those tables of a study's report that are of a track or a data set, or in those that are of neither.</summary>
    /// <param name="row">What the row is of, such as a model.</param>
    /// <param name="table">The track or the data set, as a document calls it.</param>
    /// <param name="column">Which cells: a metric, or the reading of a difference.</param>
    public static string[] CellsOf(string report, string row, string table, string column)
    {
        (string Title, string Text)[] tables =
            [.. Regex.Matches(Read(report), @"^\*\*(.+)\*\*\n\n((\|.*\n)+)", RegexOptions.Multiline).Select(match => (match.Groups[1].Value, match.Groups[2].Value))];
        string[] names = [$", {table}", $"Models on {table.Replace(".", "", StringComparison.Ordinal)}"];
        return
        [
            .. from one in tables.Any(Named) ? tables.Where(Named) : tables.Where(one => !one.Title.Contains(", ", StringComparison.Ordinal))
               let head = one.Text.Split('\n')[0].Trim('|').Split('|').Select(cell => cell.Trim()).ToList()
               where head.Contains(column) && head[0] != "bar"
               from cells in Rows(one.Text + "\n")
               where cells.Contains(row)
               select cells[head.IndexOf(column)],
        ];

        bool Named((string Title, string Text) one) => names.Any(name => one.Title.EndsWith(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether <c>Type</c> or <c>Type.Member</c> is there, of whatever visibility.</summary>
    public static bool Knows(string name)
    {
        string[] parts = name.Split('.');
        IEnumerable<Type> types = Types.Where(type => type.Name.Split('`')[0] == parts[0]);
        return parts.Length == 1 ? types.Any() : types.Any(type => type.GetMember(parts[1], All).Length > 0);
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tessera.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("No folder above the tests holds Tessera.slnx.");
    }
}
