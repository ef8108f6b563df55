using System.Text.Json.Nodes;
using Parquet;
using Parquet.Schema;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Runs;

namespace Tessera.Recommendation.Tests.Runs;

/// <summary>Recommending to many users, the files of it, and the export of vectors.</summary>
public sealed class RankTests : IDisposable
{
    private const int Newcomer = 7;
    private static readonly Dataset Data = WithNewcomer();
    private readonly TemporaryDirectory _folder = new();
    private readonly TrainedRun _run;

    public RankTests()
    {
        TinyRuns.Execute(_folder.In("run"), TinyRuns.Of(Data, epochs: 2));
        _run = TrainedRun.Open(_folder.In("run"));
    }

    public void Dispose()
    {
        _run.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Many_users_at_once_get_what_each_gets_alone(int threads)
    {
        using var device = new Device(threads);
        UserRanking[] all = [.. _run.Rank([.. Enumerable.Range(0, Data.Users)], 10, ItemSelection.All, device)];
        Assert.Equal(Enumerable.Range(0, Data.Users), all.Select(ranking => ranking.User));
        foreach (UserRanking ranking in all)
        {
            IReadOnlyList<RankedItem> alone = _run.Recommend(ranking.User, 10);
            Assert.Equal(alone.Select(item => item.Item), ranking.Items);
            Assert.All(alone.Zip(ranking.Scores), pair => Assert.Equal(pair.First.Score, pair.Second, 1e-5f));
        }
    }

    [Fact]
    public void A_user_with_nothing_in_training_gets_what_is_popular()
    {
        int[] counts = Data.Train.ItemCounts();
        int[] expected =
        [
            .. Enumerable.Range(0, Data.Items).Where(item => counts[item] > 0 && !Data.AllInteractions().Contains(Newcomer, item))
                .OrderByDescending(item => counts[item]).ThenBy(item => item),
        ];
        IReadOnlyList<RankedItem> popular = _run.Recommend(Newcomer, 1000);
        Assert.Equal(expected, popular.Select(item => item.Item));
        Assert.All(popular, item => Assert.Equal((RankedItem.Popular, counts[item.Item], 0), (item.Reason, (int)item.Score, item.Shares.Count)));
        Assert.All(_run.Recommend(3, 1000), item => Assert.Null(item.Reason));
    }

    [Fact]
    public void Items_are_excluded_and_chosen_and_known_ones_included()
    {
        using var device = new Device(1);
        int[] full = Rank(3, 1000, new ItemSelection { IncludeKnown = true });
        Assert.Equal(Data.Items, full.Length);
        Assert.Equal(full.Where(item => !Data.AllInteractions().Contains(3, item)), Rank(3, 1000, ItemSelection.All));
        Assert.Equal(full.Where(item => item % 3 > 0), Rank(3, 1000, new ItemSelection { IncludeKnown = true, Excluded = [.. full.Where(item => item % 3 == 0)] }));
        Assert.Equal(full.Where(item => item > 30).Take(4), Rank(3, 4, new ItemSelection { IncludeKnown = true, Only = [.. full.Where(item => item > 30)] }));
        Assert.Equal([5], Rank(3, 9, new ItemSelection { IncludeKnown = true, Only = [5, 6], Excluded = [6, 7] }));
        Assert.Throws<InvalidInputException>(() => Rank(3, 9, new ItemSelection { Only = [5], Excluded = [5] }));

        int[] Rank(int user, int count, ItemSelection selection) => _run.Rank([user], count, selection, device).Single().Items;
    }

    [Fact]
    public void Fewer_than_asked_for_say_why()
    {
        using var device = new Device(1);
        int known = Data.AllInteractions().ItemsOf(3).Length;
        Assert.Equal($"User 'user 3' gets {40 - known} items, not 50: the run has 40 items, the user has {known} of them already.", Why(3, 50, ItemSelection.All));
        Assert.Equal("User 'user 3' gets 1 item, not 2: 1 of the run's 40 items may be recommended.", Why(3, 2, new ItemSelection { Only = [1], IncludeKnown = true }));
        Assert.Null(Why(3, 2, ItemSelection.All));

        string? Why(int user, int count, ItemSelection selection) => _run.WhyFewer(_run.Rank([user], count, selection, device).Single(), count, selection);
    }

    [Fact]
    public void A_csv_file_has_a_row_an_item()
    {
        string path = Write("all.csv", out UserRanking[] rankings);
        string[] lines = File.ReadAllLines(path);
        Assert.Equal("user,rank,item,score,title,reason", lines[0]);
        Assert.Equal(rankings.Sum(ranking => ranking.Items.Length), lines.Length - 1);
        int item = rankings[0].Items[0];
        string title = item % 2 == 0 ? $"Title {item}" : "";
        Assert.Equal(string.Create(null, $"user 0,1,\"\"\"item\"\" {item}\",{rankings[0].Scores[0]},{title},"), lines[1]);
        Assert.Equal(5, lines.Count(line => line.StartsWith($"user {Newcomer},", StringComparison.Ordinal) && line.EndsWith(",popular", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_jsonl_file_has_a_line_a_user()
    {
        string path = Write("all.jsonl", out UserRanking[] rankings);
        JsonObject[] lines = [.. File.ReadLines(path).Select(line => JsonNode.Parse(line)!.AsObject())];
        Assert.Equal(rankings.Select(ranking => $"user {ranking.User}"), lines.Select(line => (string)line["user"]!));
        foreach ((JsonObject line, UserRanking ranking) in lines.Zip(rankings))
        {
            Assert.Equal(ranking.Items.Select(item => $"\"item\" {item}"), line["items"]!.AsArray().Select(item => (string)item!["item"]!));
            Assert.Equal(ranking.Scores, line["items"]!.AsArray().Select(item => (float)item!["score"]!));
            Assert.Equal(ranking.User == Newcomer ? "popular" : null, (string?)line["reason"]);
            Assert.All(ranking.Items.Zip(line["items"]!.AsArray()), pair => Assert.Equal(pair.First % 2 == 0 ? $"Title {pair.First}" : null, (string?)pair.Second!["title"]));
        }
    }

    [Fact]
    public async Task A_parquet_file_has_a_row_an_item()
    {
        string path = Write("all.parquet", out UserRanking[] rankings);
        await using ParquetReader reader = await ParquetReader.CreateAsync(path);
        Assert.Equal(["user", "rank", "item", "score", "title", "reason"], reader.Schema.GetDataFields().Select(field => field.Name));
        DataField[] fields = reader.Schema.GetDataFields();
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        int rows = (int)group.RowCount;
        string[] users = new string[rows], items = new string[rows], titles = new string[rows], reasons = new string[rows];
        (int[] ranks, float[] scores) = (new int[rows], new float[rows]);
        await group.ReadAsync(fields[0], users);
        await group.ReadAsync<int>(fields[1], ranks);
        await group.ReadAsync(fields[2], items);
        await group.ReadAsync<float>(fields[3], scores);
        await group.ReadAsync(fields[4], titles);
        await group.ReadAsync(fields[5], reasons);
        Assert.Equal(rankings.SelectMany(ranking => ranking.Items.Select(_ => $"user {ranking.User}")), users);
        Assert.Equal(rankings.SelectMany(ranking => Enumerable.Range(1, ranking.Items.Length)), ranks);
        Assert.Equal(rankings.SelectMany(ranking => ranking.Items.Select(item => $"\"item\" {item}")), items);
        Assert.Equal(rankings.SelectMany(ranking => ranking.Scores), scores);
        Assert.Equal(rankings.SelectMany(ranking => ranking.Items.Select(item => item % 2 == 0 ? $"Title {item}" : "")), titles);
        Assert.Equal(5, reasons.Count(reason => reason == "popular"));
    }

    [Fact]
    public void A_file_that_fails_leaves_the_one_that_was_there()
    {
        string path = _folder.Write("out.csv", "before");
        var canceled = new CancellationToken(canceled: true);
        using var device = new Device(1);
        IEnumerable<UserRanking> rankings = _run.Rank([1, 2], 5, ItemSelection.All, device, canceled);
        Assert.Throws<OperationCanceledException>(() => new RankingFile(_run).Write(path, rankings));
        Assert.Equal("before", File.ReadAllText(path));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp"));
        Assert.Contains(".csv, .jsonl or .parquet", Assert.Throws<InvalidInputException>(() => RankingFile.Check("x.txt")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_of_ids_name_what_the_run_does_not_have()
    {
        Assert.Equal([4, 2], IdList.ReadUsers(_folder.Write("users", "user 4\r\n\n user 2 \nuser 4\n"), _run));
        Assert.Contains("Line 2 of ", Assert.Throws<InvalidInputException>(() => IdList.ReadUsers(_folder.Write("users", "user 4\nuser 99"), _run)).Message, StringComparison.Ordinal);
        (IReadOnlyList<int> items, IReadOnlyList<string> strangers) = IdList.ReadItems(_folder.Write("items", "\"item\" 3\nsku\n\"item\" 1"), _run);
        Assert.Equal([3, 1], items);
        Assert.Equal(["sku"], strangers);
        Assert.Contains("it holds 'sku', the run '\"item\" 0'", Assert.Throws<InvalidInputException>(() => IdList.ReadItems(_folder.Write("items", "sku"), _run)).Message, StringComparison.Ordinal);
        Assert.Contains("holds no id", Assert.Throws<InvalidInputException>(() => IdList.ReadItems(_folder.Write("items", "\n \n"), _run)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exported_vectors_are_those_of_the_run_with_their_ids()
    {
        string folder = _folder.In("vectors");
        RunExport.Write(_run, folder);
        Assert.Equal(Data.UserIds, File.ReadAllLines(Path.Combine(folder, "users.ids")));
        Assert.Equal(Data.ItemIds, File.ReadAllLines(Path.Combine(folder, "items.ids")));
        foreach ((string name, Matrix vectors) in new[] { ("users", _run.Embeddings.Users), ("items", _run.Embeddings.Items) })
        {
            using Matrix read = NpyReader.Read(Path.Combine(folder, name + ".npy"));
            Assert.Equal((vectors.Rows, vectors.Columns), (read.Rows, read.Columns));
            Assert.Equal(vectors.Span, read.Span);
            await using ParquetReader reader = await ParquetReader.CreateAsync(Path.Combine(folder, name + ".parquet"));
            DataField[] fields = reader.Schema.GetDataFields();
            Assert.Equal(name == "users" ? ["id", "vector"] : ["id", "title", "vector"], reader.Schema.Fields.Select(field => field.Name));
            using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
            (string[] ids, float[] numbers) = (new string[vectors.Rows], new float[vectors.Length]);
            await group.ReadAsync(fields[0], ids);
            await group.ReadRawAsync<float>(fields[^1], numbers, new int[numbers.Length], new int[numbers.Length], CancellationToken.None);
            Assert.Equal(name == "users" ? Data.UserIds : Data.ItemIds, ids);
            Assert.Equal(vectors.Span.ToArray(), numbers);
        }

        Assert.Contains("is not empty", Assert.Throws<InvalidInputException>(() => RunExport.Write(_run, folder)).Message, StringComparison.Ordinal);
    }

    private string Write(string name, out UserRanking[] rankings)
    {
        using var device = new Device(1);
        rankings = [.. _run.Rank([.. Enumerable.Range(0, Data.Users)], 5, ItemSelection.All, device)];
        new RankingFile(_run).Write(_folder.In(name), rankings);
        return _folder.In(name);
    }

    private static Dataset WithNewcomer()
    {
        Dataset named = TinyRuns.Named;
        var train = Interactions.FromPairs(named.Users, named.Items, named.Train.Pairs().Where(pair => pair.User != Newcomer));
        return new Dataset("newcomer", train, named.Validation, named.Test, named.Modalities)
        {
            UserIds = named.UserIds,
            ItemIds = named.ItemIds,
            ItemTitles = new(() => [.. Enumerable.Range(0, named.Items).Select(item => item % 2 == 0 ? $"Title {item}" : "")]),
        };
    }
}
