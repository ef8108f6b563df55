using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Data.Tests.EventLogs;

public sealed class EventLogTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Out => _directory.In("out");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        using (EventLogWriter writer = Begin())
        {
            foreach ((string user, string item, long time, float rating) in new[] { ("b", "x", 30L, 5f), ("a", "y", 20, 4), ("b", "é 日本", 10, float.NaN) })
                writer.Add(new Event(writer.User(user), writer.Item(item), time, rating));
            var texts = new OrderedDictionary<string, string> { ["title"] = "Line 1\nLine 2", ["about"] = "\"quoted\" é" };
            Assert.Equal(ItemAddition.Added, writer.AddItem(new ItemRecord("y", texts, "/pictures/y.jpg")));
            Assert.Equal(ItemAddition.AddedWithoutEvents, writer.AddItem(new ItemRecord("z", texts, null)));
            Assert.Equal(ItemAddition.Repeated, writer.AddItem(new ItemRecord("z", texts, null)));
            writer.Complete(Step());
        }

        EventLog log = EventLog.Open(Out);
        Assert.Equal(("shop", 2, 4, 1, 3L), (log.Name, log.Users, log.Items, log.ItemsWithoutEvents, log.Events));
        Assert.True(log.HasTimes && log.HasRatings);
        Assert.Equal(["b", "a"], log.UserIds);
        Assert.Equal(["x", "y", "é 日本", "z"], log.ItemIds);
        Assert.Equal([(0, 2, 10L, float.NaN), (0, 0, 30, 5), (1, 1, 20, 4)], Flat(log).Select(e => (e.User, e.Item, e.Time, e.Rating)));
        ItemRecord[] table = [.. log.ItemTable()];
        Assert.Equal([("x", 0), ("y", 1), ("é 日本", 2), ("z", 3)], table.Select(record => (record.Id, record.Item)));
        Assert.Equal([("title", "Line 1\nLine 2"), ("about", "\"quoted\" é")], table[1].Texts.Select(text => (text.Key, text.Value)));
        Assert.Equal([null, "/pictures/y.jpg", null, null], table.Select(record => record.Image));
        Assert.Empty(table[0].Texts);
        Assert.Equal("test", (string)log.Source["format"]!);
        Assert.Equal("import", (string)Assert.Single(log.Steps)["step"]!);
        Assert.Equal(
            ["eventlog.json", "events.bin", "items.jsonl", "items.tsv", "users.tsv"],
            Directory.GetFiles(Out).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([Out], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Events_end_by_user_time_and_arrival_however_many_runs_there_were()
    {
        Gen<(int User, int Item, int Time)[]> events =
            (from user in Gen.Choose(0, 6) from item in Gen.Choose(0, 3) from time in Gen.Choose(-2, 2) select (user, item, time)).ArrayOf();
        Prop.ForAll(events.Where(a => a.Length > 0).ToArbitrary(), Gen.Choose(1, 9).ToArbitrary(), (given, capacity) =>
        {
            string folder = _directory.In("sorted");
            var users = new List<int>();
            using (var writer = new EventLogWriter(folder, "shop", [], null, capacity, TemporaryFile.Open))
            {
                for (int i = 0; i < given.Length; i++)
                    writer.Add(new Event(writer.User($"u{given[i].User}"), writer.Item($"i{given[i].Item}"), given[i].Time, i));
                writer.Complete(Step());
            }

            EventLog log = EventLog.Open(folder);
            var expected = given.Select((e, arrival) => (User: $"u{e.User}", Item: $"i{e.Item}", e.Time, Arrival: arrival))
                .GroupBy(e => e.User).SelectMany(group => group.OrderBy(e => e.Time));
            var found = Flat(log).Select(e => (log.UserIds[e.User], log.ItemIds[e.Item], (int)e.Time, (int)e.Rating)).ToArray();
            Directory.Delete(folder, recursive: true);
            return found.SequenceEqual(expected);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20250101, 297));
    }

    [Fact]
    public void The_buffer_size_does_not_show_in_the_files()
    {
        string[] folders = [_directory.In("small"), _directory.In("large")];
        foreach ((string folder, int capacity) in folders.Zip([100, 100_000]))
        {
            using var writer = new EventLogWriter(folder, "shop", [], null, capacity, TemporaryFile.Open);
            for (int i = 0; i < 20_000; i++)
                writer.Add(new Event(writer.User($"u{i * 7919L % 1009}"), writer.Item($"i{i % 501}"), i * 31L % 977, i % 5));
            writer.Complete(Step());
        }

        foreach (string file in Directory.GetFiles(folders[0]).Select(path => Path.GetFileName(path)))
            Assert.Equal(File.ReadAllBytes(Path.Combine(folders[0], file)), File.ReadAllBytes(Path.Combine(folders[1], file)));
        Assert.Equal(20_000, Flat(EventLog.Open(folders[1])).Count());
    }

    [Fact]
    public void Users_may_be_collected_while_others_are_read()
    {
        WriteSmall();
        var events = new List<Event>();
        foreach (UserEvents user in EventLog.Open(Out).EventsByUser()) events.AddRange(user.Events);
        Assert.Equal([(0, 0), (1, 1)], events.Select(e => (e.User, e.Item)));
    }

    [Theory]
    [InlineData("events.bin")]
    [InlineData("users.tsv")]
    [InlineData("items.tsv")]
    [InlineData("items.jsonl")]
    public void A_changed_byte_is_found_by_reading(string file)
    {
        WriteSmall();
        byte[] content = File.ReadAllBytes(Path.Combine(Out, file));
        for (int at = 0; at < content.Length; at++)
        {
            byte[] changed = [.. content];
            changed[at] ^= 1;
            File.WriteAllBytes(Path.Combine(Out, file), changed);
            string message = Assert.Throws<InvalidInputException>(() => ReadAll(EventLog.Open(Out))).Message;
            Assert.Contains(file, message, StringComparison.Ordinal);
            Assert.EndsWith(".", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_missing_or_short_file_is_found_on_opening()
    {
        WriteSmall();
        string events = Path.Combine(Out, "events.bin");
        File.WriteAllBytes(events, File.ReadAllBytes(events)[..^20]);
        Assert.Contains("it has 20 bytes, but 2 events take 40", Assert.Throws<InvalidInputException>(() => EventLog.Open(Out)).Message, StringComparison.Ordinal);
        File.Delete(events);
        Assert.Equal($"There is no '{events}'; restore it or make the event log again.", Assert.Throws<InvalidInputException>(() => EventLog.Open(Out)).Message);
    }

    [Theory]
    [InlineData("", "does not describe an event log")]
    [InlineData("[]", "does not describe an event log")]
    [InlineData("{}", "does not describe an event log")]
    [InlineData("{\"format\":2}", "has format 2; expected 1")]
    [InlineData("{\"format\":1,\"name\":\"a\",\"users\":1,\"items\":1,\"events\":1,\"times\":true,\"ratings\":true,\"source\":{},\"steps\":[],\"files\":{}}", "no checksum of events.bin")]
    public void A_bad_description_is_refused(string json, string part)
    {
        _directory.Write("out/eventlog.json", json);
        Assert.Contains(part, Assert.Throws<InvalidInputException>(() => EventLog.Open(Out)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_folder_is_refused()
    {
        string message = Assert.Throws<InvalidInputException>(() => EventLog.Open(_directory.Path)).Message;
        Assert.Equal($"There is no '{_directory.In("eventlog.json")}'; expected an event log's folder, so make one with 'tessera data import'.", message);
    }

    private static JsonObject Step() => new() { ["step"] = "import" };

    private static IEnumerable<Event> Flat(EventLog log) => log.EventsByUser().SelectMany(user => user.Events.ToArray());

    private static void ReadAll(EventLog log)
    {
        Assert.NotEmpty(Flat(log).ToArray());
        Assert.NotEmpty(log.ItemTable().ToArray());
        Assert.NotEmpty(log.UserIds);
        Assert.NotEmpty(log.ItemIds);
    }

    private EventLogWriter Begin() => new(Out, "shop", new JsonObject { ["format"] = "test" });

    private void WriteSmall()
    {
        using EventLogWriter writer = Begin();
        writer.Add(new Event(writer.User("a"), writer.Item("x"), 1, 1));
        writer.Add(new Event(writer.User("b"), writer.Item("y"), 2, 2));
        writer.AddItem(new ItemRecord("x", new Dictionary<string, string> { ["title"] = "X" }, null));
        writer.Complete(Step());
    }
}
