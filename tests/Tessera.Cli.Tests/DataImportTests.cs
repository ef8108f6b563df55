using System.Text.Json.Nodes;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;

namespace Tessera.Cli.Tests;

public sealed class DataImportTests(Workplace work) : IClassFixture<Workplace>
{
    private readonly string _events = work.File("ratings", "user,item,rating,timestamp\na,x,4,1000000010\nb,y,5,1000086420\na,y,3,1000000005\n");

    [Fact]
    public void An_event_log_is_made_and_counted()
    {
        string items = work.File("items", "{\"item\":\"x\",\"title\":\"X\"}\n{\"item\":\"z\",\"title\":\"Z\"}\n"), folder = work.New("event log");
        Outcome outcome = work.Run("data", "import", "--format", "csv", "--events", _events, "--items", items, "--out", folder, "--name", "shop", "--json");
        Assert.Equal(0, outcome.Code);
        Assert.True(JsonNode.DeepEquals(
            new JsonObject
            {
                ["name"] = "shop",
                ["kind"] = "event log",
                ["folder"] = folder,
                ["users"] = 2,
                ["items"] = 3,
                ["itemsWithoutEvents"] = 1,
                ["events"] = 3,
                ["describedItems"] = 2,
                ["firstTime"] = "2001-09-09T01:46:45Z",
                ["lastTime"] = "2001-09-10T01:47:00Z",
                ["rejectedRows"] = 0,
            },
            outcome.Json));
        string name = Path.GetFileName(items);
        Assert.Equal(
            [
                $"note: Only 33.33 % of the events are of items that {name} has: the events have items such as 'y', the table such as 'z'; "
                + "if this is not meant, check that the files belong together, or say with --item-column and --item-id-column which columns do.",
                $"note: Kept 1 item of {name} without events, to be recommended by texts and images alone.",
                $"note: No record in {name} for 1 item of the events.",
            ],
            outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["a", "b"], EventLog.Open(folder).UserIds);
    }

    [Fact]
    public void The_table_shows_the_counts()
    {
        string folder = work.New("event log");
        Outcome outcome = work.Run(
            ["data", "import", "--format", "csv", "--events", _events, "--user-column", "item", "--item-column", "user", "--out", folder],
            CancellationToken.None,
            errorIsTerminal: true);
        Assert.Equal(0, outcome.Code);
        Assert.Matches(@"event log +│ +ratings-\d+ │", outcome.Out);
        Assert.Matches("events +│ +3 │", outcome.Out);
        Assert.Matches(@"times from +│ +2001-09-09 │", outcome.Out);
        Assert.Matches(@"to +│ +2001-09-10 │", outcome.Out);
        Assert.Contains($"Written to {folder}", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_split_already_becomes_a_data_set()
    {
        string folder = work.New("data");
        Outcome outcome = work.Run("data", "import", "--format", "mmrec", "--events", work.Data, "--out", folder, "--json");
        Assert.Equal(0, outcome.Code);
        Assert.Equal("data set", (string)outcome.Json["kind"]!);
        Assert.Contains($"note: The data is split already: '{folder}' is a data set to train on, not an event log.", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(DatasetFingerprint.Of(DatasetReader.Read(work.Data)), DatasetFingerprint.Of(DatasetReader.Read(folder)));
    }

    [Theory]
    [InlineData("csv", "user;thing\n1;2\n", "names no item column; found 'user', 'thing', so say with --item-column which it is.")]
    [InlineData("csv", "user,item\n1\n", "has 1 field; expected 2 as in the header")]
    [InlineData("jsonl", "user,item\n1,2\n", "is not a record (")]
    [InlineData("xml", "", "There is no format 'xml'; expected one of csv, jsonl, parquet, amazon2014, amazon2018, amazon2023, movielens, microlens, recbole, mmrec, mmssl.")]
    public void Bad_input_is_one_sentence_and_leaves_nothing(string format, string text, string part)
    {
        string folder = work.New("none");
        Outcome outcome = work.Run("data", "import", "--format", format, "--events", work.File("bad", text), "--out", folder);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(part, Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
        Assert.Equal("", outcome.Out);
    }

    [Fact]
    public void The_layout_of_a_table_can_be_given()
    {
        string folder = work.New("event log"), events = work.File("events", "ann#1#05.02.2001\nbob\nbob#2#06.02.2001\n");
        Outcome outcome = work.Run(
            "data", "import", "--format", "csv", "--events", events, "--out", folder, "--separator", "#", "--quote", "none", "--no-header", "--encoding", "latin1",
            "--user-column", "1", "--item-column", "2", "--time-column", "3", "--time-format", "dd.MM.yyyy", "--skip-bad-rows", "1", "--json");
        Assert.Equal((0, 2, 1, "2001-02-05T00:00:00Z"), (outcome.Code, (int)outcome.Json["events"]!, (int)outcome.Json["rejectedRows"]!, (string)outcome.Json["firstTime"]!));
        Assert.Contains($"note: Left out 1 bad row, listed in {Path.Combine(folder, "rejected.jsonl")}.", outcome.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "rejected.jsonl")));
    }

    [Fact]
    public void A_folder_in_use_is_refused()
    {
        Outcome outcome = work.Run("data", "import", "--format", "csv", "--events", _events, "--out", work.Data);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("is not empty; expected a new or an empty one", Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_import_leaves_nothing()
    {
        string folder = work.New("none");
        Outcome outcome = work.Run(["data", "import", "--format", "csv", "--events", _events, "--out", folder], new CancellationToken(canceled: true));
        Assert.Equal((130, "Interrupted.\n"), (outcome.Code, outcome.Error));
        Assert.False(Directory.Exists(folder));
        Assert.Empty(Directory.GetDirectories(Path.GetDirectoryName(folder)!, "*partial*"));
    }

    [Fact]
    public void Format_events_and_out_are_needed() =>
        Assert.Equal(["error: Options '--format', '--events' and '--out' are required."], work.Run("data", "import").Errors);
}
