using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Compute.Random;
using Tessera.Data.EventLogs;
using Tessera.Data.Importing;

namespace Tessera.Benchmarks;

/// <summary>
/// Imports a made-up CSV of events and reads the event log back, beside the time that plainly reading and writing the same
/// bytes takes in the same run.
/// </summary>
internal static class ImportCommand
{
    private const int RecordBytes = 20, CopyBuffer = 1 << 20;

    public static Command Create()
    {
        var events = new Option<int>("--events") { Description = "number of events", DefaultValueFactory = _ => 20_000_000 };
        var users = new Option<int>("--users") { Description = "number of users", DefaultValueFactory = _ => 2_000_000 };
        var items = new Option<int>("--items") { Description = "number of items", DefaultValueFactory = _ => 500_000 };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
        var command = new Command("import", "seconds and memory of importing a CSV of events") { events, users, items, json };
        command.SetAction(parsed =>
        {
            JsonObject result = Measure(parsed.GetValue(events), parsed.GetValue(users), parsed.GetValue(items));
            Console.WriteLine(parsed.GetValue(json) ? result.ToJsonString() : string.Join('\n', result.Select(pair => $"{pair.Key,-28} {pair.Value}")));
        });
        return command;
    }

    private static JsonObject Measure(int events, int users, int items)
    {
        string folder = Directory.CreateTempSubdirectory("tessera-import-").FullName;
        try
        {
            string csv = Path.Combine(folder, "events.csv"), log = Path.Combine(folder, "event log");
            double rssBefore = Machine.PeakRssMb;
            Write(csv, events, users, items);
            double rssOfWriting = Machine.PeakRssMb;
            double copySeconds = GemmCommand.Seconds(() => Copy(csv, Path.Combine(folder, "copy"), long.MaxValue));
            double runsSeconds = GemmCommand.Seconds(() => Copy(csv, Path.Combine(folder, "runs"), (long)events * RecordBytes));
            ImportResult? imported = null;
            var clock = new WritingClock();
            TimeSpan processorBefore = Environment.CpuUsage.TotalTime;
            double seconds = GemmCommand.Seconds(() => imported = Importer.Run(new ImportOptions("csv", csv, log), clock));
            double processorSeconds = (Environment.CpuUsage.TotalTime - processorBefore).TotalSeconds;
            double rss = Machine.PeakRssMb;
            long read = 0;
            double readSeconds = GemmCommand.Seconds(() => read = EventLog.Open(log).EventsByUser().Sum(user => (long)user.Events.Length));
            long bytes = new FileInfo(csv).Length;
            return new JsonObject
            {
                ["cpu"] = Machine.Cpu,
                ["events"] = imported!.Events,
                ["users"] = imported.Users,
                ["items"] = imported.Items,
                ["csv_mb"] = Math.Round(bytes / 1e6, 1),
                ["seconds"] = Math.Round(seconds, 2),
                ["processor_seconds"] = Math.Round(processorSeconds, 2),
                ["processor_seconds_reading"] = Math.Round((clock.Began - processorBefore).TotalSeconds, 2),
                ["events_per_second"] = Math.Round(events / seconds),
                ["csv_mb_per_second"] = Math.Round(bytes / 1e6 / seconds, 1),
                ["floor_seconds"] = Math.Round(copySeconds + (2 * runsSeconds), 2),
                ["ratio"] = Math.Round(seconds / (copySeconds + (2 * runsSeconds)), 1),
                ["read_back_events"] = read,
                ["read_back_seconds"] = Math.Round(readSeconds, 2),
                ["peak_rss_before_mb"] = Math.Round(Math.Max(rssBefore, rssOfWriting), 1),
                ["peak_rss_mb"] = Math.Round(rss, 1),
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Notes the processor time at which all is read and writing begins.</summary>
    private sealed class WritingClock : IProgress<ImportProgress>
    {
        public TimeSpan Began { get; private set; }

        public void Report(ImportProgress value)
        {
            if (value.Stage == "writing") Began = Environment.CpuUsage.TotalTime;
        }
    }

    /// <summary>Users about uniform, items by a power law, times ascending with some disorder.</summary>
    private static void Write(string path, int events, int users, int items)
    {
        var rng = new Rng(1);
        using var writer = new StreamWriter(path, append: false, System.Text.Encoding.ASCII, CopyBuffer);
        writer.Write("user_id,item_id,rating,timestamp\n");
        for (int i = 0; i < events; i++)
        {
            double share = rng.NextDouble();
            writer.Write($"U{rng.Next(users):D8},B{(int)(items * share * share * share):D9},{1 + rng.Next(5)},{1_500_000_000 + i + rng.Next(1000)}\n");
        }
    }

    /// <summary>Reads a file, or its beginning, and writes it elsewhere.</summary>
    private static void Copy(string from, string to, long most)
    {
        var buffer = new byte[CopyBuffer];
        using FileStream source = File.OpenRead(from), target = File.Create(to);
        for (int read; most > 0 && (read = source.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, most)))) > 0; most -= read) target.Write(buffer, 0, read);
        target.Flush(flushToDisk: true);
    }
}
