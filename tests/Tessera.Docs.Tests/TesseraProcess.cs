using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tessera.Docs.Tests;

/// <summary>Commands as processes of their own.</summary>
internal static class TesseraProcess
{
    /// <summary>The .NET these tests run on, which an installed tool has to find, too.</summary>
    private static readonly string DotnetRoot = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Runs the command as it was built, in a folder, with its cache there.</summary>
    public static (int Code, string Output, string Error) Run(string folder, params string[] args) =>
        RunProgram("dotnet", folder, [Path.Combine(AppContext.BaseDirectory, "tessera.dll"), .. args]);

    /// <summary>Copies the command, some of its files as empty ones that nothing can load; the weights of models are linked.</summary>
    /// <returns>Path of the command's assembly.</returns>
    public static string CopyWithout(string folder, Predicate<string> emptied)
    {
        string built = AppContext.BaseDirectory;
        foreach (string file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(built, path)))
        {
            if (Path.GetExtension(file) is ".pdb" or ".xml") continue;
            string copy = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (emptied(file)) File.WriteAllText(copy, "");
            else if (file.StartsWith("weights", StringComparison.Ordinal)) File.CreateSymbolicLink(copy, Path.Combine(built, file));
            else File.Copy(Path.Combine(built, file), copy);
        }

        return Path.Combine(folder, "tessera.dll");
    }

    /// <summary>Runs a program in a folder, where Tessera's cache and NuGet's packages are kept, too.</summary>
    public static (int Code, string Output, string Error) RunProgram(string program, string folder, params string[] args)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
            Environment =
            {
                ["TESSERA_CACHE"] = Path.Combine(folder, "cache"),
                ["DOTNET_ROOT"] = DotnetRoot,
                ["NUGET_PACKAGES"] = Path.Combine(folder, "nuget"),
                ["MSBUILDDISABLENODEREUSE"] = "1",
            },
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
