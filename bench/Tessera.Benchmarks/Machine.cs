using System.Runtime.InteropServices;

namespace Tessera.Benchmarks;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    public static string Cpu { get; } = FindCpu();

    /// <summary>The largest resident set of this process so far, in MB.</summary>
    public static double PeakRssMb
    {
        get
        {
            if (!File.Exists("/proc/self/status")) return System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0;
            string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) / 1024.0;
        }
    }

    private static string FindCpu()
    {
        const string file = "/proc/cpuinfo";
        if (!File.Exists(file)) return RuntimeInformation.ProcessArchitecture.ToString();
        var fields = File.ReadLines(file).TakeWhile(line => line.Length > 0).Select(line => line.Split(':', 2))
            .ToDictionary(pair => pair[0].Trim(), pair => pair[^1].Trim());
        return $"{fields.GetValueOrDefault("model name", "unknown")} (family {fields.GetValueOrDefault("cpu family", "?")}, model {fields.GetValueOrDefault("model", "?")})";
    }
}
