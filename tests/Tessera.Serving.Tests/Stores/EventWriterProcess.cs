using System.Collections.Concurrent;
using System.Diagnostics;

namespace Tessera.Serving.Tests.Stores;

/// <summary>A process that appends events to a store until it is killed or told to end.</summary>
internal sealed class EventWriterProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Process _process;
    private readonly SemaphoreSlim _line = new(0);

    /// <param name="arguments">What Tessera.EventWriter takes.</param>
    /// <param name="wrapper">A command that runs it.</param>
    public EventWriterProcess(string[] arguments, params string[] wrapper)
    {
        string[] command = [.. wrapper, "dotnet", Path.Combine(AppContext.BaseDirectory, "Tessera.EventWriter.dll"), .. arguments];
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Error += line.Data;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Ids of events that were acknowledged.</summary>
    public ConcurrentQueue<string> Acknowledged { get; } = new();

    /// <summary>Sentences of failures.</summary>
    public ConcurrentQueue<string> Failures { get; } = new();

    private string Error { get; set; } = "";

    /// <summary>Waits for so many more events to be acknowledged.</summary>
    public Task AcknowledgesAsync(int count)
    {
        int from = Acknowledged.Count;
        return UntilAsync(() => Acknowledged.Count >= from + count);
    }

    /// <summary>Waits for another failure.</summary>
    public Task FailsAsync()
    {
        int from = Failures.Count;
        return UntilAsync(() => Failures.Count > from);
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Lets it end what it does.</summary>
    public void End()
    {
        _process.StandardInput.Close();
        Assert.True(_process.WaitForExit(Patience));
        _process.WaitForExit();
        Assert.True(_process.ExitCode == 0, Error);
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
        _line.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null) return;
        if (line.StartsWith('!')) Failures.Enqueue(line);
        else Acknowledged.Enqueue(line);
        _line.Release();
    }

    private async Task UntilAsync(Func<bool> reached)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!reached())
        {
            Assert.False(_process.HasExited, Error);
            await _line.WaitAsync(TimeSpan.FromSeconds(5), patience.Token);
        }
    }
}
