using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Tessera.ModelServer;

/// <summary>The server as a process of its own on this machine, which ends with this object, or with the process that started it.</summary>
public sealed class ModelServerProcess : IDisposable
{
    /// <summary>Below the ports that systems give to connections, so that one stays free while its server is down.</summary>
    private const int FirstPort = 20_000, LastPort = 32_000;

    private readonly Process _process;
    private readonly TaskCompletionSource<bool> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ModelServerProcess(int port, string[] options)
    {
        Port = port;
        string program = Path.Combine(AppContext.BaseDirectory, "Tessera.ModelServer.dll");
        _process = Process.Start(new ProcessStartInfo("dotnet", [program, "--port", port.ToString(CultureInfo.InvariantCulture), .. options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Problems.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}/v1");

    /// <summary>What it has answered so far, and what it holds.</summary>
    public ConcurrentQueue<ServedRequest> Requests { get; } = new();

    /// <summary>Ends when a request is held.</summary>
    public Task Held => _held.Task;

    private ConcurrentQueue<string> Problems { get; } = new();

    /// <summary>Starts it on a free port.</summary>
    /// <param name="options">See Program.cs.</param>
    public static ModelServerProcess Start(params string[] options)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return StartAt(Random.Shared.Next(FirstPort, LastPort), options);
            }
            catch (InvalidOperationException) when (attempt < 10)
            {
                // something else has the port
            }
        }
    }

    /// <summary>Starts it on a port, such as that of one that was killed.</summary>
    public static ModelServerProcess StartAt(int port, params string[] options)
    {
        var server = new ModelServerProcess(port, options);
        if (server._started.Task.Result) return server;
        server._process.WaitForExit();
        server.Dispose();
        throw new InvalidOperationException($"The server did not start: {string.Join('\n', server.Problems)}");
    }

    /// <summary>Ends the process at once, as a crash does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Lets it end what it is at. Afterwards <see cref="Requests"/> is complete, as it is after <see cref="Kill"/>.</summary>
    public void Stop()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10))) _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Stop();
        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null or "ready")
        {
            _started.TrySetResult(line is not null);
            return;
        }

        ServedRequest request = JsonSerializer.Deserialize<ServedRequest>(line)!;
        Requests.Enqueue(request);
        if (request.Status == 0) _held.TrySetResult();
    }
}
