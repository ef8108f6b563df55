using System.Diagnostics;
using System.Globalization;

namespace Tessera.Serving.Tests.Stores;

/// <summary>
/// A PostgreSQL server in a temporary folder behind a socket there, as a user without privileges. It ends with this object, or with the process that made
/// it.
/// </summary>
internal sealed class PostgresProcess : IDisposable
{
    /// <summary>Reads commands until its input ends: <c>start</c>, <c>stop</c> (as an administrator does) and <c>kill</c>.</summary>
    private const string Script = """
        exec 2> /dev/null
        bin=$1; dir=$(mktemp -d /tmp/tessera-postgres-XXXXXX)
        init() { "$bin/initdb" -D "$dir/data" -A trust -U tessera -E UTF8 --no-sync "$@" > "$dir/log" 2>&1; }
        init --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US || { rm -rf "$dir/data"; init --locale=C; } || exit 1
        launch() {
          rm -f "$dir/data/postmaster.pid"
          "$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c shared_buffers=32MB -c max_connections=100 >> "$dir/log" 2>&1 &
          pid=$!
        }
        start() { # again where it ends at once, as it does while processes of one that was killed are still about
          launch; left=600
          until "$bin/pg_isready" -q -h "$dir" -U tessera; do
            left=$((left - 1)); [ $left -gt 0 ] || exit 1
            kill -0 $pid || launch
            sleep 0.05
          done
        }
        start; echo "$dir"
        while read -r command; do
          case $command in
            start) start;;
            stop) kill -INT $pid; wait $pid;;
            kill) kill -KILL $pid $(cat /proc/$pid/task/*/children); wait $pid;;
          esac
          echo "$command"
        done
        kill -INT $pid 2> /dev/null && wait $pid
        rm -rf "$dir"
        """;

    private readonly Process _process;

    private PostgresProcess(Process process, string folder) => (_process, Folder) = (process, folder);

    /// <summary>Where its socket is.</summary>
    public string Folder { get; }

    /// <summary>Starts one; null where PostgreSQL is not installed, or does not start.</summary>
    public static PostgresProcess? Start()
    {
        if (Binaries() is not { } binaries) return null;
        string[] command = ["sh", "-c", Script, "postgres", binaries];
        if (Environment.IsPrivilegedProcess) command = ["runuser", "-u", "postgres", "--", .. command];
        Process process = Process.Start(
            new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = "/" })!;
        if (process.StandardOutput.ReadLine() is { } folder) return new PostgresProcess(process, folder);
        process.Dispose();
        return null;
    }

    /// <summary>Stops, starts or kills the server, and returns when that is done.</summary>
    /// <returns>The command, unless the server is gone.</returns>
    public string? Do(string command)
    {
        _process.StandardInput.WriteLine(command);
        return _process.StandardOutput.ReadLine();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>The folder of <c>initdb</c>: Debian keeps one for each version, away from the path.</summary>
    private static string? Binaries()
    {
        if (!OperatingSystem.IsLinux()) return null;
        const string debian = "/usr/lib/postgresql";
        string[] versions = Directory.Exists(debian) ? Directory.GetDirectories(debian) : [];
        return versions.OrderByDescending(path => double.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out double version) ? version : 0)
            .Select(path => Path.Combine(path, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
            .FirstOrDefault(path => File.Exists(Path.Combine(path, "initdb")) && File.Exists(Path.Combine(path, "postgres")));
    }
}
