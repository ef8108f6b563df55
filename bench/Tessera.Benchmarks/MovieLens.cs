using System.Diagnostics;
using System.Text.RegularExpressions;
using Tessera.Data;

namespace Tessera.Benchmarks;

/// <summary>The data sets that the commands of docs/movielens.md make of the raw files.</summary>
internal static class MovieLens
{
    private const string Raw = "movielens";

    public static bool Makes(string name) => name is "movielens" or "movielens-cold";

    /// <summary>The folder of a data set, made unless it is there.</summary>
    public static string Folder(string name)
    {
        string work = Path.Combine(StudyRun.Folder, Raw), result = Path.Combine(work, "ml", name == "movielens" ? "data" : "cold");
        if (Directory.Exists(Path.Combine(work, "ml"))) return result;
        string raw = Checkout.Data(Raw);
        string making = work + ".making";
        if (Directory.Exists(making)) Directory.Delete(making, recursive: true);
        Directory.CreateDirectory(making);
        Directory.CreateSymbolicLink(Path.Combine(making, Raw), raw);
        string document = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "movielens.md"));
        foreach (Match command in Regex.Matches(document, "^tessera (data .+)$", RegexOptions.Multiline)) Run(making, command.Groups[1].Value);
        Directory.Move(making, work);
        return result;
    }

    private static void Run(string folder, string command)
    {
        string[] program = [Path.Combine(AppContext.BaseDirectory, "tessera.dll"), .. command.Split(' ')];
        using Process process = Process.Start(new ProcessStartInfo("dotnet", program) { WorkingDirectory = folder })!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidInputException($"'tessera {command}' failed with exit code {process.ExitCode}; its message is above.");
    }
}
