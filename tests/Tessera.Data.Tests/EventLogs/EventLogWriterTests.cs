using System.Text.Json.Nodes;
using Tessera.Data.EventLogs;

namespace Tessera.Data.Tests.EventLogs;

public sealed class EventLogWriterTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Out => _directory.In("out");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void An_unfinished_event_log_leaves_nothing()
    {
        using (EventLogWriter writer = Begin())
        {
            writer.Add(new Event(writer.User("a"), writer.Item("x"), 1, 1));
            Assert.False(Directory.Exists(Out));
        }

        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void What_a_killed_process_left_is_replaced()
    {
        _directory.Write("out.tessera-partial/events.runs", "rest");
        Write();
        Assert.Equal([Out], Directory.GetFileSystemEntries(_directory.Path));
        Assert.Equal(1, EventLog.Open(Out).Events);
    }

    [Fact]
    public void A_folder_that_another_is_writing_is_refused_and_let_go_afterwards()
    {
        using (EventLogWriter writer = Begin())
        {
            Assert.Equal(
                $"Folder '{Out}' is being written by another process; wait for it, or choose another folder.",
                Assert.Throws<InvalidInputException>(Begin).Message);
            writer.Add(new Event(writer.User("a"), writer.Item("x"), 1, 1));
            writer.Complete([]);
        }

        Assert.Equal([Out], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void An_empty_folder_is_taken()
    {
        Directory.CreateDirectory(Out);
        Write();
        Assert.Equal(1, EventLog.Open(Out).Events);
    }

    [Fact]
    public void A_folder_with_anything_in_it_is_refused_and_kept()
    {
        _directory.Write("out/mine.txt", "mine");
        string message = Assert.Throws<InvalidInputException>(Write).Message;
        Assert.Equal($"Folder '{Out}' is not empty; expected a new or an empty one, so choose another or empty it.", message);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Out, "mine.txt")));
        Assert.Equal([Out], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void A_file_in_its_place_is_refused()
    {
        _directory.Write("out", "mine");
        Assert.Equal($"'{Out}' is a file; expected a new or an empty folder, so choose another.", Assert.Throws<InvalidInputException>(Write).Message);
    }

    [Fact]
    public void A_folder_below_a_file_is_refused()
    {
        string file = _directory.Write("file", "");
        string message = Assert.Throws<InvalidInputException>(() => new EventLogWriter(Path.Combine(file, "out"), "shop", [])).Message;
        Assert.Contains("cannot be written", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(399)]
    [InlineData(2000)]
    public void A_full_disk_names_the_folder_and_leaves_nothing(int room)
    {
        string message = Assert.Throws<StorageException>(() =>
        {
            using var writer = new EventLogWriter(Out, "shop", [], null, capacity: 20, _ => new FailingStream(room));
            for (int i = 0; i < 100; i++) writer.Add(new Event(writer.User($"u{i}"), writer.Item("x"), i, 1));
            writer.AddItem(new ItemRecord("x", new Dictionary<string, string> { ["title"] = new('x', 5000) }, null));
            writer.Complete([]);
        }).Message;
        Assert.Equal(
            $"Folder '{Out}' cannot be written (No space left on device); expected one with room that you may write to, so make room or choose another.",
            message);
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void An_event_log_without_events_is_refused()
    {
        using EventLogWriter writer = Begin();
        Assert.Contains("expected at least one event", Assert.Throws<InvalidInputException>(() => writer.Complete([])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_stops_when_canceled_and_leaves_nothing()
    {
        using (EventLogWriter writer = Begin())
        {
            writer.Add(new Event(writer.User("a"), writer.Item("x"), 1, 1));
            Assert.Throws<OperationCanceledException>(() => writer.Complete([], new CancellationToken(canceled: true)));
        }

        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Numbers_without_a_name_are_refused()
    {
        using EventLogWriter writer = Begin();
        writer.User("a");
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Add(new Event(0, 0, 1, 1)));
        writer.Item("x");
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Add(new Event(-1, 0, 1, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Add(new Event(1, 0, 1, 1)));
    }

    [Fact]
    public void A_second_record_of_an_item_is_told_apart_by_its_content()
    {
        using EventLogWriter writer = Begin();
        writer.Add(new Event(writer.User("a"), writer.Item("x"), 1, 1));
        ItemRecord record = new("x", new Dictionary<string, string> { ["title"] = "X" }, "/x.jpg");
        Assert.Equal(ItemAddition.Added, writer.AddItem(record));
        Assert.Equal(ItemAddition.Repeated, writer.AddItem(record with { Texts = new Dictionary<string, string>(record.Texts) }));
        Assert.Equal(ItemAddition.Contradicted, writer.AddItem(record with { Image = null }));
        writer.Complete([]);
        Assert.Equal("/x.jpg", Assert.Single(EventLog.Open(Out).ItemTable()).Image);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" \u00a0", "is blank")]
    [InlineData("a\tb", "holds the character U+0009")]
    [InlineData("a\n", "holds the character U+000A")]
    [InlineData("\uFEFFa", "holds the character U+FEFF")]
    [InlineData("a\u0085b", "holds the character U+0085")]
    public void Names_that_a_line_cannot_hold_are_refused(string name, string part)
    {
        using EventLogWriter writer = Begin();
        Assert.StartsWith($"One user id {part}; expected", Assert.Throws<InvalidInputException>(() => writer.User(name)).Message, StringComparison.Ordinal);
        Assert.StartsWith($"One item id {part}; expected", Assert.Throws<InvalidInputException>(() => writer.Item(name)).Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (writer.Users, writer.Items));
    }

    [Fact]
    public void Half_a_character_and_endless_names_are_refused()
    {
        using EventLogWriter writer = Begin();
        Assert.Contains("half of a surrogate pair", Assert.Throws<InvalidInputException>(() => writer.User("a\uD83D")).Message, StringComparison.Ordinal);
        Assert.Contains("has 1,001 characters", Assert.Throws<InvalidInputException>(() => writer.User(new string('a', 1001))).Message, StringComparison.Ordinal);
        Assert.Equal(0, writer.User("😀"));
        Assert.Equal(1, writer.User(new string('a', 1000)));
    }

    private EventLogWriter Begin() => new(Out, "shop", new JsonObject());

    private void Write()
    {
        using EventLogWriter writer = Begin();
        writer.Add(new Event(writer.User("a"), writer.Item("x"), 1, 1));
        writer.Complete([]);
    }
}
