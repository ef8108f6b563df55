using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Tessera.Data;

namespace Tessera.Benchmarks.Serving;

/// <summary><c>tessera serve</c> as a process of its own, and a client of it.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int MostConnections = 256;
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private string? _key;

    private ServerProcess(Process process, HttpClient client) => (_process, Client) = (process, client);

    /// <summary>Sends to it, with its key. Who is still waiting for a connection waits here.</summary>
    public HttpClient Client { get; }

    /// <summary>Processor time that it took so far.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Its resident set, in MB.</summary>
    public double ResidentMb
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>A port that nobody listens at.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts it; returns when it answers.</summary>
    /// <param name="core">The core that is all it may use; null for any.</param>
    /// <param name="key">The key that an earlier one made in the same store; null to make one.</param>
    /// <param name="settings">Variables of its environment.</param>
    public static ServerProcess Start(string run, string store, int port, int? core, string? key = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        string[] serve = [Path.Combine(AppContext.BaseDirectory, "tessera.dll"), "serve", "--run", run, "--store", store, "--urls", $"http://127.0.0.1:{port}"];
        string[] command = core is null ? ["dotnet", .. serve] : ["taskset", "-c", $"{core}", "dotnet", .. serve];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in settings ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = MostConnections, UseProxy = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = TimeSpan.FromMinutes(10), // a swap takes as long as opening the model does
        };
        var server = new ServerProcess(Process.Start(start)!, client);
        server._process.ErrorDataReceived += (_, line) => server.Note(line.Data);
        server._process.BeginErrorReadLine();
        while (server._process.StandardOutput.ReadLine() is { } line)
        {
            if (!line.StartsWith("Key:", StringComparison.Ordinal)) continue;
            server._key = key ?? line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server._key);
            return server;
        }

        server.Dispose();
        throw new InvalidInputException($"'tessera serve' ended before it answered: {server.Errors()}");
    }

    /// <summary>Starts it again after <see cref="Kill"/>, as it was.</summary>
    public ServerProcess Again(string run, string store) => Start(run, store, Client.BaseAddress!.Port, core: null, _key);

    /// <summary>Ends it at once, wherever it is.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    /// <summary>The sum of a metric over its labels, as the server says.</summary>
    public async Task<double> MetricAsync(string name)
    {
        string all = await Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return all.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is ' ' or '{')
            .Sum(line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture));
    }

    /// <summary>What it said on its standard error last.</summary>
    public string Errors()
    {
        lock (_errors) return _errors.ToString();
    }

    public void Dispose()
    {
        Kill();
        Client.Dispose();
        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        lock (_errors) _errors.Clear().Append(line);
    }
}
