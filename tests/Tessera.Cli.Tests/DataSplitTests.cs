using System.Text.Json.Nodes;
using Tessera.Data.EventLogs;

namespace Tessera.Cli.Tests;

/// <summary>data filter, data split.</summary>
public sealed class DataSplitTests(Workplace work) : IClassFixture<Workplace>
{
    [Fact]
    public void An_event_log_is_filtered_split_trained_on_and_measured_among_cold_items()
    {
        string filtered = work.New("filtered"), data = work.New("data"), run = work.New("run");

        Outcome filter = work.Run("data", "filter", "--log", EventLog(), "--out", filtered, "--k-core", "3", "--min-rating", "2.5", "--json");
        Assert.Equal((0, ""), (filter.Code, string.Join('\n', filter.Errors)));
        Assert.Equal((41, 31), ((int)filter.Json["before"]!["users"]!, (int)filter.Json["before"]!["items"]!));
        Assert.Equal((40, 30), ((int)filter.Json["after"]!["users"]!, (int)filter.Json["after"]!["items"]!));
        Assert.Equal(400, (int)filter.Json["after"]!["events"]!);
        Assert.Contains("note: pass 1: 40 users and 30 items are left", filter.Error, StringComparison.Ordinal);
        Assert.Contains("note: 1 item has no event that is kept and was dropped; --keep-items keeps those with a record (0) as cold items", filter.Error, StringComparison.Ordinal);
        Assert.Equal((1, 0), ((int)filter.Json["emptiedItems"]!, (int)filter.Json["coldItems"]!));

        Outcome split = work.Run("data", "split", "--log", filtered, "--out", data, "--scheme", "cold-items", "--seed", "4", "--json");
        Assert.Equal((0, ""), (split.Code, string.Join('\n', split.Errors)));
        Assert.Equal(400, (int)split.Json["after"]!["interactions"]!);
        Assert.Equal(6, (int)split.Json["after"]!["coldItems"]!);
        Assert.Equal("cold-items", (string)JsonNode.Parse(File.ReadAllText(Path.Combine(data, "split.json")))!["scheme"]!);

        Assert.Equal(0, work.Run(["train", "--data", data, "--model", "mf", "--out", run, .. Workplace.Quick]).Code);
        Outcome cold = work.Run("evaluate", "--run", run, "--data", data, "--candidates", "cold", "--json");
        Assert.Equal(1d, (double)cold.Json["metrics"]!["Recall@5"]!); // three candidates
    }

    [Fact]
    public void A_mixed_split_is_made_and_trained_on()
    {
        string data = work.New("data"), run = work.New("run");

        Outcome split = work.Run("data", "split", "--log", EventLog(), "--out", data, "--scheme", "cold-mixed", "--seed", "4", "--json");

        Assert.Equal((0, "cold-mixed"), (split.Code, (string)split.Json["scheme"]!));
        JsonNode record = JsonNode.Parse(File.ReadAllText(Path.Combine(data, "split.json")))!;
        Assert.Equal((3, 3), (record["coldValidationItems"]!.AsArray().Count, record["coldTestItems"]!.AsArray().Count));
        Outcome trained = work.Run(["train", "--data", data, "--model", "mf", "--out", run, "--json", .. Workplace.Quick]);
        Assert.Equal(0, trained.Code);
        Assert.InRange((double)trained.Json["test"]!["coldShare"]!, 0, 1);
        Assert.True((int)trained.Json["test"]!["warm"]!["users"]! > 0 && (int)trained.Json["test"]!["cold"]!["users"]! > 0);
    }

    [Fact]
    public void Sizes_are_shown_before_and_after()
    {
        string log = EventLog();
        Outcome filter = work.Run("data", "filter", "--log", log, "--out", work.New("filtered"), "--k-core", "3");
        foreach (string text in new[] { "before", "after", "distinct pairs of user and item", "402", "400", "sparsity" })
            Assert.Contains(text, filter.Out, StringComparison.Ordinal);

        Outcome split = work.Run("data", "split", "--log", log, "--out", work.New("data"), "--scheme", "temporal-global");
        Assert.Equal(0, split.Code);
        foreach (string text in new[] { "event log", "402", "training", "322", "validation", "test", "40" })
            Assert.Contains(text, split.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_step_says_where_it_wrote_and_the_command_that_comes_next()
    {
        string filtered = work.New("likes"), data = Path.Combine(work.New("the shop's"), "data");
        Outcome outcome = work.Run("data", "filter", "--log", EventLog(), "--out", filtered);
        string next = Next(outcome, filtered);
        Assert.StartsWith($"tessera data split --log {filtered} --scheme random-8-1-1 --out ", next, StringComparison.Ordinal);
        Assert.Equal(0, work.Run([.. next.Split(' ')[1..^1], data]).Code);
        next = Next(work.Run("data", "split", "--log", filtered, "--scheme", "random-8-1-1", "--out", data + "2"), data + "2");
        Assert.EndsWith("--model lightgcn --set learningRate=0.001 --out '" + data.Replace("'", "'\\''", StringComparison.Ordinal)[..^4] + "run'", next, StringComparison.Ordinal);

        static string Next(Outcome outcome, string folder)
        {
            string[] lines = outcome.Out.TrimEnd().Split('\n');
            Assert.Equal($"Written to {folder}. Next:", lines[^2].TrimEnd());
            return lines[^1].Trim();
        }
    }

    [Theory]
    [InlineData("--min-rating", "four", "--min-rating is 'four'; expected a number")]
    [InlineData("--from", "2014", "--from is '2014'; expected a day such as 2014-07-23")]
    [InlineData("--to", "31.12.2014", "--to is '31.12.2014'; expected a day")]
    [InlineData("--k-core", "0", "--k-core is '0'; expected a whole number, 1 or more")]
    [InlineData("--k-core", "50", "No event of the event log")]
    public void A_limit_that_cannot_be_used_is_refused(string option, string value, string sentence)
    {
        string folder = work.New("filtered");
        Outcome outcome = work.Run("data", "filter", "--log", EventLog(), "--out", folder, option, value);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(sentence, Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void Events_without_a_time_are_dropped_by_a_limit_of_days_and_counted()
    {
        string log = work.New("event log");
        Assert.Equal(0, work.Run("data", "import", "--format", "csv", "--events", work.File("e.csv", "user,item,time\na,1,2014-07-23\na,2,\na,2,\nb,1,2014-07-25\n"), "--out", log).Code);
        Outcome filter = work.Run("data", "filter", "--log", log, "--out", work.New("filtered"), "--to", "2014-07-24", "--json");
        Assert.Contains("note: Events without a time, which are on no day and were dropped: 2.", filter.Error, StringComparison.Ordinal);
        Assert.Equal(1, (int)filter.Json["after"]!["events"]!);
        Assert.DoesNotContain("without a time", work.Run("data", "filter", "--log", log, "--out", work.New("filtered")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_split_is_refused()
    {
        string log = EventLog();
        AssertRefused("There is no scheme 'thirds'; expected one of random-8-1-1,", "--log", log, "--out", work.New("data"), "--scheme", "thirds");
        AssertRefused("expected an event log's folder", "--log", work.Data, "--out", work.New("data"), "--scheme", "random-8-1-1");
        AssertRefused("is not empty", "--log", log, "--out", work.Data, "--scheme", "random-8-1-1");
    }

    private void AssertRefused(string sentence, params string[] options)
    {
        Outcome outcome = work.Run(["data", "split", .. options]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(sentence, Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }

    /// <summary>40 users with 10 of 30 items each, and one user with two ratings of 1, one of an item of nobody else.</summary>
    private string EventLog()
    {
        string folder = work.New("event log");
        using var writer = new EventLogWriter(folder, "shop", []);
        for (int i = 0; i < 400; i++) writer.Add(new Event(writer.User($"user {i / 10}"), writer.Item($"item {i * 7 % 30}"), 1000 + i, 3 + (i % 3)));
        writer.Add(new Event(writer.User("late"), writer.Item("item 0"), 2000, 1));
        writer.Add(new Event(writer.User("late"), writer.Item("odd"), 2001, 1));
        writer.Complete(new JsonObject { ["step"] = "import" });
        return folder;
    }
}
