using System.Globalization;
using System.Numerics.Tensors;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Models.Tests.Contract;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Runs;

namespace Tessera.Models.Tests.Live;

/// <summary>The numbers behind new items and users, what is refused, and what is saved.</summary>
public sealed partial class LiveRecommenderTests(LiveRuns runs) : IClassFixture<LiveRuns>
{
    [Theory]
    [InlineData("lirdrec", 1)]
    [InlineData("lightgcn", 4)]
    [InlineData("freedom", 3)]
    [InlineData("bm3", 2)]
    [InlineData("slmrec", 4)]
    public void What_the_users_items_leave_of_a_score_is_the_users_own_part_of_the_propagation(string name, int layers)
    {
        using LiveRecommender live = Open(runs.Of(name));
        using SafetensorsReader model = SafetensorsReader.Open(Path.Combine(runs.Of(name), "model.safetensors"));
        for (int user = 0; user < Checkerboard.Users; user++)
        {
            float[] own = Own(name, model, user, layers, [.. live.Current.ChunkWeights(user).Values]);
            foreach (RankedItem item in live.Recommend(Id(user), 30))
            {
                double rest = item.Score - item.Because.Sum(part => (double)part.Part);
                Assert.Equal(TensorPrimitives.Dot(own, live.Current.ItemVectors.Row(item.Item)), rest, 1e-5 * Math.Max(1, Math.Abs(item.Score)));
            }
        }
    }

    /// <summary>What a user's vector is without any items, from a model's parameters.</summary>
    /// <param name="layers">How many layers the mean is of.</param>
    /// <param name="weights">The user's weights of chunks.</param>
    private static float[] Own(string name, SafetensorsReader model, int user, int layers, float[] weights)
    {
        if (name == "lirdrec")
        {
            return
            [
                .. new[] { "image", "text", "shared" }.SelectMany((chunk, c) =>
                {
                    float[] preference = model.ReadTensor($"preference.{chunk}").Row(user).ToArray();
                    float length = TensorPrimitives.Norm<float>(preference);
                    return preference.Select(value => weights[c] * value / length);
                }),
            ];
        }

        float[] layer = [.. model.ReadTensor("users").Row(user).ToArray().Select(value => value / layers)];
        if (name is not ("bm3" or "slmrec")) return layer;
        string linear = name == "bm3" ? "predictor" : "fusion.users";
        Matrix weight = model.ReadTensor($"{linear}.weight");
        float[] result = model.ReadTensor($"{linear}.bias").Row(0).ToArray();
        for (int row = 0; row < weight.Rows; row++) TensorPrimitives.MultiplyAdd(weight.Row(row), layer[row % layer.Length], result, result); // SLMRec: for IDs and each modality the same
        return result;
    }

    [Theory]
    [InlineData("lirdrec", 0.85)]
    [InlineData("lightgcn", 0.85)]
    [InlineData("mf", 0.85)]
    public void A_users_training_items_folded_in_from_nothing_nearly_give_the_trained_vector(string name, double least)
    {
        using LiveRecommender live = Open(runs.Of(name));
        double sum = 0, ratio = 0;
        for (int user = 0; user < Checkerboard.Users; user++)
        {
            float[] folded = live.FoldIn(LiveRuns.Board.Train.ItemsOf(user).ToArray().Select(Id));
            ReadOnlySpan<float> trained = live.Current.Embeddings.Users.Row(user);
            sum += TensorPrimitives.CosineSimilarity(folded, trained) / Checkerboard.Users;
            ratio += TensorPrimitives.Norm<float>(folded) / TensorPrimitives.Norm(trained) / Checkerboard.Users;
        }

        Assert.InRange(sum, least, 1.0001);
        Assert.InRange(ratio, 0.5, 2);
    }

    [Fact]
    public void Events_of_many_at_once_are_those_one_by_one()
    {
        using LiveRecommender together = Open(runs.Of("lirdrec")), single = Open(runs.Of("lirdrec"));
        (string User, int Item)[] events = [("ann", 3), ("2", 14), ("ben", 20), ("ann", 5), ("2", 14), ("ann", 3), ("3", LiveRuns.Board.Train.ItemsOf(3)[0])];
        together.AddEvents("ann", ["7"]);
        single.AddEvents("ann", ["7"]);
        together.AddEvents(events);
        foreach ((string user, int item) in events) single.AddEvents(user, [$"{item}"]);

        foreach (string user in (string[])["ann", "ben", "2", "3"])
            Assert.Equal(single.Recommend(user, 24).Select(item => (item.Item, item.Score)), together.Recommend(user, 24).Select(item => (item.Item, item.Score)));
        Assert.Equal(single.Current.UserCount, together.Current.UserCount);
    }

    [Fact]
    public void A_new_items_vector_is_its_content_and_what_its_neighbors_have_beyond_theirs()
    {
        using LiveRecommender live = Open(runs.Of("lirdrec"));
        NewItem item = LiveRuns.Like("new", 4, nudge: 0); // so that its content vector is that of item 4
        live.AddItem(item);
        var p = new double[Checkerboard.Items];
        foreach (Modality modality in LiveRuns.Board.Modalities)
        {
            IEnumerable<int> nearest = Enumerable.Range(0, Checkerboard.Items)
                .OrderByDescending(other => TensorPrimitives.CosineSimilarity(item.Features[modality.Name], modality.Features.Row(other))).Take(10);
            foreach (int other in nearest) p[other] += (modality.Name == "image" ? 0.1 : 0.9) / 10;
        }

        Matrix content = live.Current.Live!.Content!, vectors = live.Current.Embeddings.Items;
        float[] placed = Vector(live, "new");
        for (int d = 0; d < placed.Length; d++)
            Assert.Equal(content[4, d] + Enumerable.Range(0, Checkerboard.Items).Sum(other => p[other] * (vectors[other, d] - content[other, d])), placed[d], 1e-5);
        int[] degrees = LiveRuns.Board.Train.ItemCounts();
        Assert.Equal(Enumerable.Range(0, Checkerboard.Items).Sum(other => p[other] * degrees[other]), live.Current.Additions.Placed[24].Degree, 1e-4);
    }

    [Fact]
    public void Hidden_items_come_back_and_removed_ones_do_not()
    {
        using LiveRecommender live = Open(runs.Of("lirdrec"));
        live.AddItem(LiveRuns.Like("new", 4));
        live.HideItem("new");
        live.HideItem("20");
        Assert.DoesNotContain(live.Recommend("3", 30), item => item.Id is "new" or "20");
        Assert.DoesNotContain(live.Similar("4", 30), item => item.Id is "new" or "20");
        Assert.Equal(23, live.Similar("new", 30).Count(item => item.Item < 24));
        live.ShowItem("new");
        live.ShowItem("20");
        Assert.Contains(live.Recommend("3", 30), item => item.Id == "new");

        live.RemoveItem("new");
        live.RemoveItem("20");
        Assert.DoesNotContain(live.Recommend("3", 30), item => item.Id is "new" or "20");
        foreach (string gone in new[] { "new", "20" }) Assert.Contains($"There is no item '{gone}'", Refusal(() => live.Similar(gone, 3)), StringComparison.Ordinal);
        live.AddItem(LiveRuns.Like("20", 20));
        Assert.Contains(live.Recommend("3", 30), item => item is { Id: "20", Item: > 24 });
    }

    [Fact]
    public void Items_that_are_hidden_or_gone_are_no_reasons_and_their_parts_become_the_users_own()
    {
        using LiveRecommender live = Open(runs.Of("lirdrec"));
        int[] had = LiveRuns.Board.Train.ItemsOf(3).ToArray();
        RankedItem[] before = [.. live.Recommend("3", 5)];
        live.HideItem(Id(had[0]));
        live.RemoveItem(Id(had[1]));

        RankedItem[] after = [.. live.Recommend("3", 5)];

        Assert.Equal(before.Select(item => (item.Item, item.Score)), after.Select(item => (item.Item, item.Score)));
        Assert.All(before.Zip(after), pair =>
        {
            Assert.Equal(pair.First.Because.Where(part => part.Item != had[0] && part.Item != had[1]), pair.Second.Because);
            Assert.Equal(had.Length - 2, pair.Second.Because.Count);
        });
    }

    [Theory]
    [InlineData("ease")]
    [InlineData("item-knn")]
    public void What_the_behavior_of_others_adds_is_a_part_of_the_items_it_comes_from(string behavior)
    {
        string folder = runs.Train("lirdrec", LiveRuns.Board, training: $$"""{"behavior": "{{behavior}}", "behaviorWeight": 0.5}""");
        using LiveRecommender live = Open(folder), plain = Open(runs.Of("lirdrec"));
        Dictionary<int, RankedItem> without = plain.Recommend("3", 30).ToDictionary(item => item.Item);
        foreach (RankedItem item in live.Recommend("3", 30))
        {
            Dictionary<int, float> parts = without[item.Item].Because.ToDictionary(part => part.Item, part => part.Part);
            double added = item.Because.Sum(part => (double)part.Part - parts[part.Item]);
            double rest = item.Shares["behavior"] - added; // of the residual: the mean, the same for all items
            Assert.Equal(parts.Keys.Order(), item.Because.Select(part => part.Item).Order());
            Assert.True(rest < 0, $"{rest}");
            Assert.Equal(item.Because.Select(part => part.Part).OrderDescending(), item.Because.Select(part => part.Part));
        }

        double[] rests = [.. live.Recommend("3", 30).Select(item =>
            item.Shares["behavior"] - item.Because.Sum(part => (double)part.Part) + without[item.Item].Because.Sum(part => (double)part.Part))];
        Assert.All(rests, rest => Assert.Equal(rests[0], rest, 1e-4));
    }

    [Fact]
    public void An_id_that_is_unknown_is_answered_by_what_is_there_now()
    {
        using LiveRecommender live = Open(runs.Of("lirdrec"));
        Assert.Contains("expected a number from 0 to 23.", Refusal(() => live.Similar("x", 3)), StringComparison.Ordinal);
        live.AddItems([LiveRuns.Like("new", 4), LiveRuns.Like("gone", 4)]);
        live.RemoveItem("gone");
        live.RemoveItem("7");
        live.AddEvents("ann", ["new"]);
        Assert.Contains(
            "expected a number from 0 to 23, 1 of which was removed, or one of the 1 ids that came later, such as 'new'.",
            Refusal(() => live.Similar("gone", 3)), StringComparison.Ordinal);
        Assert.Contains("There is no user 'bob' in the run; expected a number from 0 to 23 or one of the 1 ids that came later, such as 'ann'.", Refusal(() => live.Recommend("bob", 3)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_saved_is_there_when_the_run_is_opened_again()
    {
        string folder = runs.Copy("lirdrec");
        float[] vector, user;
        using (LiveRecommender live = Open(folder))
        {
            live.AddItems([LiveRuns.Like("new", 4) with { Title = "a new\nthing" }, LiveRuns.Like("other", 20), LiveRuns.Like("gone", 21)]);
            live.UpdateItem(LiveRuns.Like("5", 6));
            live.HideItem("11");
            live.RemoveItem("gone");
            live.RemoveItem("22");
            live.AddEvents("ann", ["new", "3"]);
            live.AddEvents("2", ["other"]);
            live.Save();
            (vector, user) = (Vector(live, "5"), live.Current.Additions.News[24].Vector);
            Assert.Equal("a new thing", live.Recommend("3", 30).Single(item => item.Id == "new").Title);
        }

        using LiveRecommender again = Open(folder);
        using TrainedRun run = TrainedRun.Open(folder);
        Assert.Equal(vector, Vector(again, "5"));
        Assert.Equal(user, again.Current.Additions.News[24].Vector);
        Assert.Equal(again.Recommend("ann", 30).Select(item => (item.Item, item.Score)), run.Recommend(run.FindUser("ann"), 30).Select(item => (item.Item, item.Score)));
        Assert.Equal(again.Recommend("2", 30).Select(item => item.Id), run.Recommend(2, 30).Select(item => item.Id));
        Assert.DoesNotContain(run.Recommend(3, 30), item => item.Id is "11" or "22" or "gone");
        Assert.Equal("a new thing", run.Recommend(3, 30).Single(item => item.Id == "new").Title);
        Assert.Contains("There is no item 'gone'", Refusal(() => run.FindItem("gone")), StringComparison.Ordinal);
    }

    [Fact]
    public void Saving_over_what_somebody_else_saved_is_refused()
    {
        string folder = runs.Copy("lirdrec");
        using LiveRecommender first = Open(folder), second = Open(folder);
        first.AddItem(LiveRuns.Like("a", 4));
        second.AddItem(LiveRuns.Like("b", 4));
        first.Save();
        Assert.Contains("Another process has changed the items or users of the run", Refusal(second.Save), StringComparison.Ordinal);
        first.AddItem(LiveRuns.Like("c", 4));
        first.Save();
        using LiveRecommender third = Open(folder);
        Assert.Contains(third.Similar("a", 30), item => item.Id == "c");
    }

    [Fact]
    public async Task Who_saves_at_once_with_others_succeeds_or_is_told_of_them_and_readers_see_one_of_the_states()
    {
        string folder = runs.Copy("lirdrec");
        using (LiveRecommender first = Open(folder)) first.Save();
        int saved = 0;
        string[] refusals = [.. (await Task.WhenAll(Enumerable.Range(0, 3).Select(writer => Task.Run(() =>
        {
            var told = new List<string>();
            for (int turn = 0; turn < 25; turn++)
            {
                using LiveRecommender live = Open(folder);
                live.AddEvents($"{writer}-{turn}", ["3"]);
                try
                {
                    live.Save();
                    Interlocked.Increment(ref saved);
                }
                catch (InvalidInputException refusal)
                {
                    told.Add(refusal.Message);
                }
            }

            return told;
        }, TestContext.Current.CancellationToken)))).SelectMany(told => told)];

        Assert.Equal(75, saved + refusals.Length);
        Assert.All(refusals, refusal => Assert.Matches("Another process has changed|is being written by another process; wait until it ends, then run the command again", refusal));
        using TrainedRun run = TrainedRun.Open(folder);
        Assert.Equal(saved, run.Additions.Users.Count);
    }

    [Fact]
    public void Damage_and_files_of_another_run_are_refused()
    {
        string folder = runs.Copy("lirdrec"), other = runs.Copy("mf");
        using (LiveRecommender live = Open(folder))
        {
            live.AddItem(LiveRuns.Like("new", 4));
            live.Save();
        }

        string saved = Path.Combine(folder, "additions"), moved = Path.Combine(other, "additions");
        Directory.CreateDirectory(moved);
        foreach (string file in Directory.GetFiles(saved)) File.Copy(file, Path.Combine(moved, Path.GetFileName(file)));
        Assert.Contains("was saved for another run", Refusal(() => TrainedRun.Open(other)), StringComparison.Ordinal);
        File.AppendAllText(Path.Combine(saved, "vectors.safetensors"), "x");
        Assert.Contains("is damaged", Refusal(() => TrainedRun.Open(folder)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readers_see_all_of_a_batch_or_none_of_it()
    {
        using LiveRecommender live = Open(runs.Of("lirdrec"));
        string[] expected = ["a", "b", "c"];
        using var done = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 2).Select(reader => Task.Run(() =>
        {
            do
            {
                string[] seen = [.. live.Recommend("3", 1000).Where(item => item.Item >= 24).Select(item => item.Id)];
                foreach (IGrouping<string, string> batch in seen.GroupBy(id => id[1..])) Assert.Equal(expected, batch.Select(id => id[..1]).Order());
            }
            while (!done.IsCancellationRequested);
        }, TestContext.Current.CancellationToken))];
        for (int batch = 0; batch < 60; batch++) live.AddItems([.. expected.Select((name, n) => LiveRuns.Like($"{name}{batch}", n + batch % 10))]);
        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(180, live.Recommend("3", 1000).Count(item => item.Item >= 24));
    }

    [Fact]
    public void What_cannot_be_added_says_why_and_adds_nothing()
    {
        using LiveRecommender live = Open(runs.Of("lirdrec"));
        NewItem good = LiveRuns.Like("new", 4);
        Assert.Contains("The run has an item '3' already", Refusal(() => live.AddItems([good, LiveRuns.Like("3", 4)])), StringComparison.Ordinal);
        Assert.Contains("Item 'new' is named twice", Refusal(() => live.AddItems([good, good])), StringComparison.Ordinal);
        Assert.Contains("features of 'sound', which the run does not know; expected some of image, text", Refuse("sound", new float[3]), StringComparison.Ordinal);
        Assert.Contains("has 3 features of 'image'; expected 6", Refuse("image", new float[3]), StringComparison.Ordinal);
        Assert.Contains("that are not finite", Refuse("image", [float.NaN, 1, 1, 1, 1, 1]), StringComparison.Ordinal);
        Assert.Contains("has no features", Refuse("image", new float[6]), StringComparison.Ordinal);
        Assert.Contains("No item is named", Refusal(() => live.FoldIn([])), StringComparison.Ordinal);
        Assert.Equal(24, live.Current.ItemCount);

        string Refuse(string modality, float[] features) =>
            Refusal(() => live.AddItems([good, new NewItem("bad", new Dictionary<string, float[]> { [modality] = features })]));
    }

    [Fact]
    public void A_transform_over_all_items_and_data_without_features_take_no_new_items_but_sessions()
    {
        string matrix2d = runs.Train("lirdrec", LiveRuns.Board, """{"dct": "matrix-2d"}"""), bare = runs.Train("mf", Checkerboard.Create([]));
        foreach ((string folder, string reason) in new[] { (matrix2d, "train with dct=item-2d"), (bare, "its data has no features") })
        {
            using LiveRecommender live = Open(folder);
            Assert.Contains(reason, Refusal(() => live.AddItem(LiveRuns.Like("new", 4))), StringComparison.Ordinal);
            Assert.Equal(22, live.Recommend(["1", "2"], 30).Count);
        }
    }

    [Fact]
    public void New_features_are_scaled_as_those_of_training()
    {
        string folder = runs.Train("lirdrec", LiveRuns.Board, training: """{"featureScaling": "standardize", "featureDimensions": 4}""");
        using LiveRecommender live = Open(folder);
        live.AddItem(LiveRuns.Like("same", 4, nudge: 0));
        live.UpdateItem(LiveRuns.Like("4", 4, nudge: 0));

        Assert.All(live.Current.Embeddings.Items.Row(4).ToArray().Zip(Vector(live, "4")), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.All(live.Similar("same", 8), item => Assert.Equal(0, Checkerboard.GroupOf(item.Item)));
    }

    private static LiveRecommender Open(string folder) => LiveRecommender.Open(folder, LiveRuns.Catalog);

    private static string Refusal(Action action) => Assert.Throws<InvalidInputException>(action).Message;

    private static string Refusal(Func<object> action) => Assert.Throws<InvalidInputException>(action).Message;

    private static NewItem Only(string id, string modality, int item, float nudge = 0.01f) =>
        new(id, LiveRuns.Like(id, item, nudge).Features.Where(given => given.Key == modality).ToDictionary());

    private static NewItem Mixed(string id, NewItem image, NewItem text) => new(id, image.Features.Union(text.Features).ToDictionary());

    private static float[] Vector(LiveRecommender live, string id) => live.Current.ItemVectors.Row(live.Current.FindItem(id)).ToArray();

    private static string Id(int number) => number.ToString(CultureInfo.InvariantCulture);
}
