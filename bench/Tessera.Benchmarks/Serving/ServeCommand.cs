using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Tessera.Data;

namespace Tessera.Benchmarks.Serving;

/// <summary>Measures <c>tessera serve</c> over HTTP on one core, from a client on another.</summary>
internal static class ServeCommand
{
    private const int ServerCore = 0, ClientCore = 1;

    private static readonly (string Label, Func<JsonObject, string> Text)[] Rows =
    [
        ("`/alive`: most a second with p99 ≤ 50 ms", of => Figures.Short(of["alive"]!["most"])),
        ("mix: most a second with p99 ≤ 50 ms (share of `/alive`)", of => Share(of, "mix", "most", of["alive"]!["most"])),
        ("mix at a rate of", of => $"{Figures.Short(of["mix"]!["at"]!["per_second"])}/s"),
        ("p50: median of the repeats (least)", of => Figures.Ms(of["mix"]!["at"]!["p50_ms"])),
        ("p90", of => Figures.Ms(of["mix"]!["at"]!["p90_ms"])),
        ("p99", of => Figures.Ms(of["mix"]!["at"]!["p99_ms"])),
        ("p99.9", of => Figures.Ms(of["mix"]!["at"]!["p99.9_ms"])),
        ("`/alive` at that rate: p99", of => Figures.Ms(of["alive"]!["at"]!["p99_ms"])),
        ("recommendations alone: most a second with p99 ≤ 50 ms", of => Figures.Short(of["alone"]!["most"])),
        ("bare products a second, 32 at once", of => Figures.Short(of["product"]!["32"]!["per_cpu_second"])),
        ("share of the bare products, by the rate", of => Share(of, "alone", "most", of["product"]!["32"]!["per_cpu_second"], alone: true)),
        ("share of the bare products, by the server's processor time", of => Share(of, "alone", "per_cpu_second", of["product"]!["32"]!["per_cpu_second"], alone: true)),
        ("recommendations alone at a rate of", of => $"{Figures.Short(of["alone"]!["at"]!["per_second"])}/s"),
        ("p50", of => Figures.Ms(of["alone"]!["at"]!["p50_ms"])),
        ("p99", of => Figures.Ms(of["alone"]!["at"]!["p99_ms"])),
        ("recommendations a pass at the most", of => Figures.Short(of["alone"]!["batch"])),
        ("from PUT with ready vectors to recommendable, idle", of => Figures.Ms(of["put"]!["idle"])),
        ("the same beside the mix", of => Figures.Ms(of["put"]!["beside"])),
        ("from PUT of other vectors of an item to its place, idle", of => Figures.Ms(of["other"])),
        ("from event to changed list, idle", of => Figures.Ms(of["event"]!["idle"])),
        ("the same beside the mix", of => Figures.Ms(of["event"]!["beside"])),
        ("mix while models are swapped: p99", of => Figures.Ms(of["swaps"]!["p99_ms"])),
        ("a swap takes", of => Figures.Ms(of["swaps"]!["swap_ms"])),
        ("requests that failed, swaps included", of => $"{of["failed"]}"),
        ("start with an empty store", of => $"{Figures.Short(of["start_s"])} s"),
        ("memory: resident, managed", of => Memory(of["memory"]!)),
        ("memory resident at the start of a soak and after each sixth of it", of => of["soak"] is { } soak
            ? $"{string.Join(", ", soak["resident_mb"]!.AsArray().Select(Figures.Short))} MB in {soak["seconds"]!.GetValue<double>() / 60:F0} min" : ""),
        ("managed", of => of["soak"] is { } soak ? $"{string.Join(", ", soak["managed_mb"]!.AsArray().Select(Figures.Short))} MB" : ""),
        ("load of the machine meanwhile", of => $"{Figures.Short(of["load"]!["before"])} to {Figures.Short(of["load"]!["after"])}"),
    ];

    public static Command Create()
    {
        var items = new Option<string>("--items") { Description = "numbers of items, such as 7k,100k,1m", DefaultValueFactory = _ => "7k,100k,1m" };
        var seconds = new Option<double>("--seconds") { Description = "seconds a measurement", DefaultValueFactory = _ => 4 };
        var repeats = new Option<int>("--repeats") { Description = "how often a latency is measured", DefaultValueFactory = _ => 3 };
        var soak = new Option<double?>("--soak") { Description = "minutes to serve the mix for memory to be compared; default: not at all" };
        var soakRate = new Option<double?>("--soak-rate") { Description = "requests a second meanwhile; default: that of the mix" };
        var keep = new Option<string?>("--keep") { Description = "folder to make the runs in, kept and used again; default: a temporary one" };
        var command = new Command("serve", "the service over HTTP on one core: rates, latencies, swaps, memory") { items, seconds, repeats, soak, soakRate, keep };
        command.SetAction(parsed =>
        {
            int[] sizes = [.. parsed.GetValue(items)!.Split(',').Select(Number)];
            TimeSpan? soaking = parsed.GetValue(soak) is { } time ? TimeSpan.FromMinutes(time) : null;
            string? kept = parsed.GetValue(keep);
            string folder = kept ?? Directory.CreateTempSubdirectory("tessera-serve-").FullName;
            var measured = new JsonArray();
            try
            {
                foreach (int size in sizes)
                {
                    var shop = new ServedShop(folder, size);
                    Pin(ClientCore);
                    using var measurement = new ServeMeasurement(shop, ServerCore, parsed.GetValue(seconds), parsed.GetValue(repeats), soaking, parsed.GetValue(soakRate));
                    measured.Add((JsonNode)measurement.Run());
                    Pin(null);
                }
            }
            finally
            {
                if (measured.Count > 0) Print(measured);
                if (kept is null) Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static void Print(JsonArray measured)
    {
        JsonObject[] sizes = [.. measured.Select(one => one!.AsObject())];
        string[] head = [$"{Machine.Cpu}, a core", .. sizes.Select(size => $"{size["items"]!.GetValue<int>():N0} items")];
        Console.WriteLine(Figures.Table(head, Rows.Select(row => (string[])[row.Label, .. sizes.Select(row.Text)])));
        Console.WriteLine();
        Console.WriteLine(new JsonObject { ["cpu"] = Machine.Cpu, ["sizes"] = measured }.ToJsonString());
    }

    private static string Share(JsonObject of, string part, string name, JsonNode? whole, bool alone = false)
    {
        JsonNode value = of[part]![name]!;
        string percent = Figures.Percent(value.GetValue<double>(), whole!.GetValue<double>());
        return alone ? percent : $"{Figures.Short(value)} ({percent})";
    }

    private static string Memory(JsonNode of) => $"{Figures.Short(of["resident_mb"])} MB, {Figures.Short(of["managed_mb"])} MB";

    /// <summary>Such as 7k, 1m and 30.</summary>
    private static int Number(string text)
    {
        (string digits, int unit) = text.Length == 0 ? ("", 1) : text[^1] switch
        {
            'k' => (text[..^1], 1000),
            'm' => (text[..^1], 1_000_000),
            _ => (text, 1),
        };
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number * unit
            : throw new InvalidInputException($"'{text}' is no number; expected one such as 7k, 100k or 1m.");
    }

    /// <summary>Keeps this process on a core, or lets it use all again.</summary>
    public static void Pin(int? core)
    {
        string[] command = ["-a", "-p", "-c", core is null ? $"0-{Environment.ProcessorCount - 1}" : $"{core}", $"{Environment.ProcessId}"];
        using Process taskset = Process.Start(new ProcessStartInfo("taskset", command) { RedirectStandardOutput = true })!;
        taskset.StandardOutput.ReadToEnd();
        taskset.WaitForExit();
    }
}
