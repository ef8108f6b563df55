using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Tessera.Cli.Tests;

/// <summary>The command under <c>strace</c>, which lists the system calls that change files and kills the process as it makes one of them.</summary>
internal static partial class Strace
{
    /// <summary>Exit code of a process that was killed.</summary>
    public const int Killed = 137;

    private const string Changing =
        "rename,renameat,renameat2,link,linkat,mkdir,mkdirat,unlink,unlinkat,rmdir,openat,write,pwrite64,ftruncate,fallocate,fsync,fdatasync,flock";

    /// <summary>Whether processes can be traced here.</summary>
    public static bool IsAvailable()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("strace", ["-f", "-o", "/dev/null", "true"]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>The calls by which a command changes what is in a folder, in order: name, and its number among the thread's calls of that name.</summary>
    public static IReadOnlyList<(string Call, int Number)> Changes(string folder, string log, string[] command)
    {
        Assert.Equal(0, Run(["-y", "-s", "0", "-o", log, "-e", $"trace={Changing}"], command));
        var counts = new Dictionary<(string Thread, string Call), int>();
        var found = new List<(string, int)>();
        foreach (string line in File.ReadLines(log))
        {
            if (CallLine().Match(line) is not { Success: true } call) continue;
            (string Thread, string Call) key = (call.Groups[1].Value, call.Groups[2].Value);
            int number = counts[key] = counts.GetValueOrDefault(key) + 1;
            bool changes = line.Contains(folder, StringComparison.Ordinal) && (key.Call != "openat" || line.Contains("O_CREAT", StringComparison.Ordinal));
            if (changes) found.Add((key.Call, number));
        }

        return found;
    }

    /// <summary>Runs a command and kills it as it makes a call.</summary>
    /// <returns>Its exit code.</returns>
    public static int Kill((string Call, int Number) at, string[] command) =>
        Run(["-o", "/dev/null", "-e", $"trace={at.Call}", "-e", $"inject={at.Call}:signal=KILL:when={at.Number}"], command);

    private static int Run(string[] options, string[] command)
    {
        using Process process = Process.Start(
            new ProcessStartInfo("strace", ["-f", "-qq", .. options, "dotnet", Path.Combine(AppContext.BaseDirectory, "tessera.dll"), .. command])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["TESSERA_CACHE"] = "/dev/null/none", ["HOME"] = Path.GetTempPath() }, // no cache, which would make calls of its own
            })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        _ = error.Result;
        return process.ExitCode;
    }

    [GeneratedRegex(@"^(\d+) +([a-z0-9]+)\(")]
    private static partial Regex CallLine();
}
