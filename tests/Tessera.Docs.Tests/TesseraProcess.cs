using System.Diagnostics;

namespace Tessera.Docs.Tests;

/// <summary>The command as a process of its own.</summary>
internal static class TesseraProcess
{
    /// <summary>Runs the command in a folder, with its cache there.</summary>
    public static (int Code, string Output, string Error) Run(string folder, params string[] args)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "tessera.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
            Environment = { ["TESSERA_CACHE"] = Path.Combine(folder, "cache") },
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
