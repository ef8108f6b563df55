using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Tessera.Data;
using Tessera.Recommendation.Runs;

namespace Tessera.Serving.Retraining;

/// <summary>Trains in a process of its own, which computes on one thread and only when nothing else wants to.</summary>
internal sealed class TrainingProcess(TrainingCommand command, TimeProvider time)
{
    private const string Threads = "1", EpochMark = "epoch ";
    private const int LinesKept = 5;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Trains what a folder says, or goes on with it, and returns when the run is finished.</summary>
    /// <param name="epochs">How many it may take, to tell how far it is.</param>
    /// <param name="report">Told from time to time which part is done, 0 to 1.</param>
    /// <param name="cancel">Ends the process; the training can be gone on with.</param>
    /// <exception cref="InvalidInputException">It cannot be started, or fails.</exception>
    public async Task RunAsync(TrainingFolder folder, int epochs, Func<double, Task> report, CancellationToken cancel)
    {
        var run = new RunDirectory(folder.Run);
        while (run.IsLocked) // a training that has outlived its service
        {
            await report(0);
            await Task.Delay(LookEvery, time, cancel);
        }

        if (run.IsFinished) return;
        using Process process = await StartAsync(folder, run.HoldsRun);
        var last = new Queue<string>();
        int done = 0;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (last)
            {
                if (string.IsNullOrWhiteSpace(line.Data)) return;
                done = EpochOf(line.Data) ?? done;
                last.Enqueue(line.Data);
                if (last.Count > LinesKept) last.Dequeue();
            }
        };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        try
        {
            Task exit = process.WaitForExitAsync(cancel);
            while (await Task.WhenAny(exit, Task.Delay(LookEvery, time, cancel)) != exit && !cancel.IsCancellationRequested)
                await report(Math.Min(1, (double)Volatile.Read(ref done) / epochs)); // it may stop earlier or later
            await exit;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }

        if (process.ExitCode == 0 && run.IsFinished) return;
        lock (last)
            throw new InvalidInputException(
                $"The training ended with code {process.ExitCode.ToString(CultureInfo.InvariantCulture)}{(last.Count > 0 ? $": {string.Join(' ', last)}" : ", and said nothing")}");
    }

    private async Task<Process> StartAsync(TrainingFolder folder, bool resume)
    {
        string[] arguments =
            [.. command.Arguments, "train", "--data", folder.Data, "--config", folder.Settings, "--out", folder.Run, "--threads", Threads, .. resume ? new[] { "--resume" } : []];
        var start = new ProcessStartInfo(command.File, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_PROCESSOR_COUNT"] = Threads, ["TESSERA_CACHE"] = folder.Cache },
        };
        try
        {
            Process process = await LowPriority.RunAsync(() => Process.Start(start)!);
            if (!OperatingSystem.IsLinux()) Lower(process);
            return process;
        }
        catch (Win32Exception cause)
        {
            throw new InvalidInputException(
                $"The command '{command.File}', which trains, cannot be started ({cause.Message}); expected it on the path, so install it, or serve by it.", cause);
        }
    }

    private static void Lower(Process process)
    {
        try
        {
            process.PriorityClass = ProcessPriorityClass.Idle;
        }
        catch (Exception cause) when (cause is Win32Exception or InvalidOperationException)
        {
            // It has ended, or may not be changed; then it competes with what is served.
        }
    }

    /// <summary>The epoch that a line of the command's says is done; null where it says nothing of the kind.</summary>
    private static int? EpochOf(string line) =>
        line.StartsWith(EpochMark, StringComparison.Ordinal) && line.IndexOf('/', StringComparison.Ordinal) is var end and > 0
        && int.TryParse(line.AsSpan(EpochMark.Length, end - EpochMark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int epoch) ? epoch : null;
}
