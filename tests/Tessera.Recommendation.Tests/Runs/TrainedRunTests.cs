using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Tests.Training;

namespace Tessera.Recommendation.Tests.Runs;

public sealed class TrainedRunTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly string _path;

    public TrainedRunTests()
    {
        _path = Path.Combine(_folder.Path, "run");
        TinyRuns.Execute(_path, TinyRuns.Of(TinyRuns.Named, epochs: 2));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Recommendations_are_the_best_unknown_items_of_a_double_twin()
    {
        using TrainedRun run = TrainedRun.Open(_path);
        Interactions known = TinyRun.Data.AllInteractions();

        for (int user = 0; user < known.Users; user++)
        {
            IReadOnlyList<RankedItem> ranked = run.Recommend(user, 10);
            double[] scores = [.. Enumerable.Range(0, known.Items).Select(item => Dot(run.Embeddings.Users, user, run.Embeddings.Items, item))];

            Assert.Equal(10, ranked.Select(r => r.Item).Distinct().Count());
            Assert.All(ranked, r => Assert.False(known.Contains(user, r.Item)));
            Assert.All(ranked, r => Assert.Equal(scores[r.Item], r.Score, 1e-5));
            Assert.All(ranked.Zip(ranked.Skip(1)), pair => Assert.True(pair.First.Score >= pair.Second.Score));
            double worst = ranked.Min(r => scores[r.Item]);
            Assert.All(
                Enumerable.Range(0, known.Items).Where(item => !known.Contains(user, item)).Except(ranked.Select(r => r.Item)),
                item => Assert.True(scores[item] <= worst + 1e-6));
        }
    }

    [Fact]
    public void Users_items_and_counts_that_are_not_there_are_refused()
    {
        using TrainedRun run = TrainedRun.Open(_path);
        int users = TinyRun.Data.Users, items = TinyRun.Data.Items;
        foreach (int user in new[] { -1, users })
        {
            Assert.Equal("user", Assert.Throws<ArgumentOutOfRangeException>(() => run.Recommend(user, 5)).ParamName);
            Assert.Equal("user", Assert.Throws<ArgumentOutOfRangeException>(() => run.ChunkWeights(user)).ParamName);
        }

        foreach (int item in new[] { -1, items })
            Assert.Equal("item", Assert.Throws<ArgumentOutOfRangeException>(() => run.Similar(item, 5)).ParamName);
        Assert.Equal("count", Assert.Throws<ArgumentOutOfRangeException>(() => run.Recommend(0, 0)).ParamName);
    }

    [Fact]
    public void Shares_of_the_chunks_add_up_to_the_score()
    {
        using TrainedRun run = TrainedRun.Open(_path);

        foreach (RankedItem item in run.Recommend(3, 20))
        {
            Assert.Equal(["left", "right"], item.Shares.Keys);
            Assert.Equal(item.Score, item.Shares.Values.Sum(), 1e-5f);
        }

        Assert.Empty(run.ChunkWeights(3));
    }

    [Fact]
    public void Fewer_are_returned_where_fewer_are_left()
    {
        using TrainedRun run = TrainedRun.Open(_path);

        int left = TinyRun.Data.Items - TinyRun.Data.AllInteractions().ItemsOf(0).Length;

        Assert.Equal(left, run.Recommend(0, 1000).Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Recommend(0, 0));
    }

    [Fact]
    public void Similar_items_are_the_nearest_by_angle_without_the_item()
    {
        using TrainedRun run = TrainedRun.Open(_path);

        IReadOnlyList<RankedItem> similar = run.Similar(7, 1000);

        Assert.Equal(TinyRun.Data.Items - 1, similar.Count);
        Assert.DoesNotContain(similar, r => r.Item == 7);
        Assert.All(similar.Zip(similar.Skip(1)), pair => Assert.True(pair.First.Score >= pair.Second.Score));
        Matrix items = run.Embeddings.Items;
        foreach (RankedItem other in similar)
        {
            double expected = Dot(items, 7, items, other.Item) / Math.Sqrt(Dot(items, 7, items, 7) * Dot(items, other.Item, items, other.Item));
            Assert.Equal(expected, other.Score, 1e-5);
        }
    }

    [Fact]
    public void A_vector_finds_the_nearest_features_by_angle_and_no_item_without_them()
    {
        using TrainedRun run = TrainedRun.Open(_path);
        Matrix features = new(run.ItemCount, 2);
        foreach ((int item, (float X, float Y) row) in new[] { (1f, 1f), (0f, 0f), (-2f, 1f), (9f, 0f) }.Index()) (features[item, 0], features[item, 1]) = row;
        var modality = new Modality("look", features);

        IReadOnlyList<RankedItem> found = run.Similar(modality, [3, 0], 10);

        Assert.Equal([3, 0, 2], found.Select(item => item.Item));
        Assert.All(new[] { 1, Math.Sqrt(0.5), -2 / Math.Sqrt(5) }.Zip(found), pair => Assert.Equal(pair.First, pair.Second.Score, 1e-6));
        Assert.Equal("\"item\" 3", Assert.Single(run.Similar(modality, [3, 0], 1)).Id);
        Refused("The vector has 3 numbers, and modality 'look' 2 dimensions", modality, [1, 2, 3]);
        Refused("The vector is zero", modality, [0, 0]);
        Refused("The vector is not finite", modality, [1, float.NaN]);
        Refused($"Modality 'few' has features of 2 items, and the run has {run.ItemCount}", new Modality("few", new Matrix(2, 2)), [1, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Similar(modality, [3, 0], 0));

        void Refused(string sentence, Modality compared, float[] vector) => Assert.Contains(
            sentence, Assert.Throws<InvalidInputException>(() => run.Similar(compared, vector, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Users_and_items_go_by_their_outside_names()
    {
        using TrainedRun run = TrainedRun.Open(_path);

        Assert.Equal(5, run.FindUser("user 5"));
        Assert.Equal(7, run.FindItem("\"item\" 7"));
        Assert.All(run.Recommend(5, 3), item => Assert.Equal(item.Item, run.FindItem(item.Id)));
        Assert.Contains("'user 99'", Assert.Throws<InvalidInputException>(() => run.FindUser("user 99")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => run.FindItem("7"));
    }

    [Fact]
    public void Without_outside_names_they_go_by_number()
    {
        string path = Path.Combine(_folder.Path, "numbers");
        TinyRuns.Execute(path, TinyRuns.Of(epochs: 1));
        using TrainedRun run = TrainedRun.Open(path);

        Assert.Equal(59, run.FindUser("59"));
        Assert.All(run.Similar(0, 3), item => Assert.Equal(item.Item.ToString(System.Globalization.CultureInfo.InvariantCulture), item.Id));
        foreach (string id in new[] { "60", "-1", "+1", " 1", "1.0", "", "99999999999", "user 1" })
            Assert.Contains("0 to 59", Assert.Throws<InvalidInputException>(() => run.FindUser(id)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_is_not_finished_is_refused()
    {
        File.Delete(Path.Combine(_path, "metrics.json"));

        Assert.Contains("not finished", Refusal(), StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => TrainedRun.Open(Path.Combine(_folder.Path, "nothing")));
    }

    [Fact]
    public void Damaged_vectors_are_refused()
    {
        string file = Path.Combine(_path, "embeddings.safetensors");
        byte[] whole = File.ReadAllBytes(file), flipped = [.. whole];
        flipped[^3] ^= 1;

        foreach (byte[] damaged in new[] { [], whole[..^1], whole[..50], flipped })
        {
            File.WriteAllBytes(file, damaged);
            Assert.Contains("embeddings.safetensors", Refusal(), StringComparison.Ordinal);
        }

        File.Delete(file);
        Assert.Contains("embeddings.safetensors", Refusal(), StringComparison.Ordinal);
        File.WriteAllBytes(file, whole);
        TrainedRun.Open(_path).Dispose();
        File.Delete(Path.Combine(_path, "SHA256SUMS"));
        Assert.Contains("SHA256SUMS", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Vectors_of_other_data_are_refused()
    {
        RunConfig config = TinyRuns.Of(TinyRuns.Named, epochs: 2).Config;
        var directory = new RunDirectory(_path);
        RunVectors.Write(directory, config, new Tessera.Recommendation.Embeddings(new Matrix(2, 3), new Matrix(4, 3)));
        directory.WriteChecksums(File.ReadAllText(directory.MetricsFile));

        Assert.Contains("2 users and 4 items", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("known.safetensors")]
    public void Whatever_a_run_answers_from_is_checked(string name)
    {
        string file = Path.Combine(_path, name);
        byte[] whole = File.ReadAllBytes(file);
        for (int at = 0; at < whole.Length; at += Math.Max(1, whole.Length / 50))
        {
            byte[] flipped = [.. whole];
            flipped[at] ^= 1;
            File.WriteAllBytes(file, flipped);
            Assert.Contains(name, Refusal(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("model.safetensors", "embeddings.safetensors")]
    [InlineData("model.safetensors", "known.safetensors")]
    [InlineData("embeddings.safetensors", "known.safetensors")]
    [InlineData("live.safetensors", "known.safetensors")]
    public void Files_whose_names_are_swapped_are_refused_though_the_sums_agree(string one, string other)
    {
        string spare = Path.Combine(_path, "spare");
        File.Move(Path.Combine(_path, one), spare);
        File.Move(Path.Combine(_path, other), Path.Combine(_path, one));
        File.Move(spare, Path.Combine(_path, other));
        Sum();

        Assert.Matches($"{one}|{other}", Assert.Throws<InvalidInputException>(() => TrainedRun.Open(_path, verifyAll: true)).Message);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("embeddings.safetensors")]
    [InlineData("known.safetensors")]
    [InlineData("live.safetensors")]
    public void Files_of_another_run_are_refused_though_the_sums_agree(string name)
    {
        string other = Path.Combine(_folder.Path, "other");
        TinyRuns.Execute(other, TinyRuns.Of(TinyRuns.Named, epochs: 2, seed: 9));
        File.Copy(Path.Combine(other, name), Path.Combine(_path, name), overwrite: true);
        Sum();

        string refusal = Assert.Throws<InvalidInputException>(() => TrainedRun.Open(_path, verifyAll: true)).Message;
        Assert.Contains($"{name}' was not written by the run of", refusal, StringComparison.Ordinal);
        if (name != "model.safetensors") Assert.Equal(refusal, Refusal());
    }

    [Theory]
    [InlineData("\"protocol\": \"strict\"", "\"protocol\": \"mmrec\"")]
    [InlineData("\"model\": \"tiny\"", "\"model\": \"lirdrec\"")]
    [InlineData("\"seed\": 5", "\"seed\": 6")]
    public void Another_configuration_is_refused_though_the_sums_agree(string part, string replacement)
    {
        string file = Path.Combine(_path, "config.json"), json = File.ReadAllText(file);
        Assert.Contains(part, json, StringComparison.Ordinal);
        File.WriteAllText(file, json.Replace(part, replacement, StringComparison.Ordinal));
        Assert.Contains("config.json", Refusal(), StringComparison.Ordinal);
        Sum();

        Assert.Contains("was not written by the run of", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_is_checked_when_it_is_first_looked_at_and_all_of_them_when_all_is_asked_for()
    {
        const int Dimensions = 64, Users = 20_000, Damaged = (3 << 20) / 4 / Dimensions;
        string path = Path.Combine(_folder.Path, "blocks");
        var directory = new RunDirectory(path);
        RunConfig config = TinyRuns.Of().Config;
        Interactions none = Interactions.FromPairs(Users, 3, []), train = Interactions.FromPairs(Users, 3, [(0, 0), (Damaged, 0), (Users - 1, 0)]);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(path).FullName, "config.json"), config.ToJson());
        KnownData.Write(directory, config, new Dataset("blocks", train, none, none, []));
        using var vectors = new Tessera.Recommendation.Embeddings(new Matrix(Users, Dimensions), new Matrix(3, Dimensions));
        vectors.Users.Span.Fill(1f);
        RunVectors.Write(directory, config, vectors);
        SafetensorsWriter.Write(directory.ModelFile, [("users", vectors.Users)], RunDirectory.Mark(directory.ModelFile, config));
        directory.WriteChecksums("{}");
        File.WriteAllText(directory.MetricsFile, "{}");
        using (FileStream file = File.OpenWrite(directory.EmbeddingsFile))
        {
            file.Position = 3 << 20; // in the vector of a user in the middle
            file.WriteByte(7);
        }

        using TrainedRun run = TrainedRun.Open(path);

        Assert.Equal(2, run.Recommend(0, 5).Count);
        Assert.Equal(2, run.Recommend(Users - 1, 5).Count);
        Assert.Contains(
            "bytes 3,145,728 to 4,194,303 do not match", Assert.Throws<InvalidInputException>(() => run.Recommend(Damaged, 5)).Message, StringComparison.Ordinal);
        Assert.Contains("embeddings.safetensors", Assert.Throws<InvalidInputException>(() => run.Embeddings).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => TrainedRun.Open(path, verifyAll: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Recommend(Users, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Recommend(-1, 5));
    }

    [Fact]
    public void Two_chunks_of_one_name_are_refused()
    {
        string path = Path.Combine(_folder.Path, "chunks");
        var directory = new RunDirectory(path);
        RunConfig config = TinyRuns.Of().Config;
        Interactions none = Interactions.FromPairs(2, 3, []);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(path).FullName, "config.json"), config.ToJson());
        KnownData.Write(directory, config, new Dataset("chunks", none, none, none, []));
        using var vectors = new Tessera.Recommendation.Embeddings(new Matrix(2, 4), new Matrix(3, 4), ["text", "text"]);
        RunVectors.Write(directory, config, vectors);
        SafetensorsWriter.Write(directory.ModelFile, [("users", vectors.Users)], RunDirectory.Mark(directory.ModelFile, config));
        directory.WriteChecksums("{}");
        File.WriteAllText(directory.MetricsFile, "{}");
        Assert.Contains("the chunks text, text, of which two have one name", Assert.Throws<InvalidInputException>(() => TrainedRun.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vectors_may_be_changed_in_memory_without_changing_the_run()
    {
        using (TrainedRun run = TrainedRun.Open(_path)) run.Embeddings.Users.Span.Fill(3f);
        using TrainedRun again = TrainedRun.Open(_path);
        Assert.DoesNotContain(3f, again.Embeddings.Users.Span.ToArray());
    }

    private void Sum() => new RunDirectory(_path).WriteChecksums(File.ReadAllText(Path.Combine(_path, "metrics.json")));

    private string Refusal() => Assert.Throws<InvalidInputException>(() =>
    {
        using TrainedRun run = TrainedRun.Open(_path);
        _ = run.Embeddings;
        run.Recommend(run.FindUser("user 5"), 1000);
    }).Message;

    private static double Dot(Matrix a, int row, Matrix b, int other)
    {
        double sum = 0;
        for (int c = 0; c < a.Columns; c++) sum += (double)a[row, c] * b[other, c];
        return sum;
    }
}
