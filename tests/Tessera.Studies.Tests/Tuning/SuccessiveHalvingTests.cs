using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.Synthetic;
using Tessera.Models;
using Tessera.Recommendation.Recommenders;
using Tessera.Studies.Tuning;

namespace Tessera.Studies.Tests.Tuning;

public sealed class SuccessiveHalvingTests : IDisposable
{
    private static readonly Dataset Data = SyntheticDataset.Create(new SyntheticDatasetOptions { Users = 60, Items = 40, MeanInteractions = 8, Seed = 3 }).Dataset;
    private static readonly ModelDescription Mf = ModelCatalog.Of(typeof(LirdRec).Assembly).Find("mf");
    private readonly string _folder = Directory.CreateTempSubdirectory("tessera-").FullName;
    private readonly List<string> _notes = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_finds_the_setting_that_learns_and_does_nothing_twice()
    {
        SearchResult first = Search(new SearchSpace().With("learningRate", 1e-8, 0.02, 1e-9).With("epochs", 80));

        Assert.Equal(0.02, (double)first.Settings["learningRate"]!);
        Assert.Equal((3, 2, 3), (first.Drawn, first.Finished, first.Space)); // without time for any of it
        Assert.Equal(3 + 2 + 3, _notes.Count); // three of 16 epochs, two to 48, and to the end with both seeds, where one has learned nothing for so long that it ended before
        _notes.Clear();

        SearchResult again = Search(new SearchSpace().With("learningRate", 1e-8, 0.02, 1e-9).With("epochs", 80));

        Assert.Empty(_notes);
        Assert.Equal((first.Settings.ToJsonString(), first.Validation, first.Seconds), (again.Settings.ToJsonString(), again.Validation, again.Seconds));
    }

    [Fact]
    public void A_setting_whose_training_fails_in_the_end_is_not_chosen()
    {
        SearchSpace space = new SearchSpace().With("learningRate", 0.01, 0.02, 1e-9).With("epochs", 80);
        JsonObject best = Search(space).Settings;
        Fail(best, SuccessiveHalving.Seeds[1]);

        SearchResult next = Search(space);

        Assert.NotEqual(best.ToJsonString(), next.Settings.ToJsonString());
        Assert.Equal(1, next.Finished);
        Fail(next.Settings, SuccessiveHalving.Seeds[1]);
        Assert.EndsWith(" could be trained to the end with none of the settings that came so far, the best of which failed so: too far.", Assert.Throws<InvalidInputException>(() => Search(space)).Message, StringComparison.Ordinal);

        void Fail(JsonObject settings, ulong seed)
        {
            Trial trial = new SuccessiveHalving(Data, Mf, space, _folder, 0).Of(settings, seed);
            File.Delete(Path.Combine(trial.Folder, "metrics.json"));
            Change(trial, record => (record["result"], record["failure"]) = (null, "too far."));
        }
    }

    [Fact]
    public void Several_that_are_left_are_trained_to_the_end_with_both_seeds_as_long_as_there_is_time()
    {
        SearchSpace space = new SearchSpace().With("learningRate", [.. Enumerable.Range(1, 30).Select(step => (JsonNode)(0.001 * step))]).With("epochs", 60);
        var search = new SuccessiveHalving(Data, Mf, space, _folder, budget: 1e6) { Note = _notes.Add };

        SearchResult result = search.Run(CancellationToken.None);

        Assert.Equal((30, 4), (result.Drawn, result.Finished)); // 10 of 30 go on, 4 of those to the end
        Assert.Equal(30 + 10 + 4 * 2, _notes.Count);
        IReadOnlyList<Trial> chosen = search.TrainToTheEnd(result.Settings, CancellationToken.None);
        Assert.Equal(result.Validation, chosen.Average(trial => trial.BestOf(60)));
        Assert.Equal(search.Trials.GroupBy(trial => trial.Settings["learningRate"]!.GetValue<double>())
            .Where(trials => trials.Count() == 2).Max(trials => trials.Average(trial => trial.BestOf(60))), result.Validation);
    }

    [Fact]
    public void Trials_on_several_threads_choose_the_same_also_after_an_interruption()
    {
        SearchSpace space = new SearchSpace().With("learningRate", [.. Enumerable.Range(1, 12).Select(step => (JsonNode)(0.002 * step))]).With("epochs", 60);
        var one = new SuccessiveHalving(Data, Mf, space, Path.Combine(_folder, "one"), budget: 1e6);
        SearchResult alone = one.Run(CancellationToken.None);
        using var stop = new CancellationTokenSource();
        string shared = Path.Combine(_folder, "several");
        Assert.Throws<OperationCanceledException>(() => new SuccessiveHalving(Data, Mf, space, shared, 1e6) { Parallel = 3, Note = _ => stop.Cancel() }.Run(stop.Token));
        var several = new SuccessiveHalving(Data, Mf, space, shared, budget: 1e6) { Parallel = 3 };

        SearchResult together = several.Run(CancellationToken.None);

        Assert.Equal((12, 2), (alone.Drawn, alone.Finished)); // 4 go on, 2 of those to the end
        Assert.Equal((alone.Settings.ToJsonString(), alone.Validation, alone.Drawn, alone.Finished), (together.Settings.ToJsonString(), together.Validation, together.Drawn, together.Finished));
        Assert.Equal(one.Trials.Select(Told), several.Trials.Select(Told));

        static (string, ulong, int, double) Told(Trial trial) => (trial.Settings.ToJsonString(), trial.Seed, trial.Epochs, trial.BestOf(int.MaxValue));
    }

    [Fact]
    public void Trials_train_at_the_same_time_and_a_search_that_the_budget_ended_gives_the_same_again()
    {
        SearchSpace space = new SearchSpace().With("learningRate", [.. Enumerable.Range(1, 500).Select(step => (JsonNode)(0.0001 * step))]).With("epochs", 16);
        using var both = new CountdownEvent(2);
        bool met = true;
        SearchResult first = Run(_ =>
        {
            if (both.IsSet) return;
            both.Signal();
            met &= both.Wait(TimeSpan.FromMinutes(1));
        });

        SearchResult again = Run(_notes.Add);

        Assert.True(met);
        Assert.InRange(first.Drawn, 3, 499);
        Assert.Empty(_notes);
        Assert.Equal((first.Settings.ToJsonString(), first.Drawn, first.Finished, first.Seconds), (again.Settings.ToJsonString(), again.Drawn, again.Finished, again.Seconds));

        SearchResult Run(Action<string> note) =>
            new SuccessiveHalving(Data, Mf, space, _folder, budget: 0.1) { Parallel = 2, Note = note }.Run(CancellationToken.None);
    }

    [Fact]
    public async Task A_trial_counts_the_time_of_its_own_thread_alone()
    {
        using var stop = new CancellationTokenSource();
        Task[] neighbors = [.. Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(Spin, TaskCreationOptions.LongRunning))];
        TimeSpan before = ThreadTime.Now;

        var trial = new Trial(Data, Mf, Settings(0.02, 20), 1, Path.Combine(_folder, "trial"));
        trial.Train(int.MaxValue, CancellationToken.None);

        TimeSpan taken = ThreadTime.Now - before;
        await stop.CancelAsync();
        await Task.WhenAll(neighbors);
        Assert.InRange(trial.SecondsOf(int.MaxValue), double.Epsilon, taken.TotalSeconds);

        void Spin()
        {
            while (!stop.IsCancellationRequested) Thread.SpinWait(1000);
        }
    }

    [Fact]
    public void A_value_that_a_grid_has_twice_is_tried_once() =>
        Assert.Equal(2, new SuccessiveHalving(Data, Mf, new SearchSpace().With("learningRate", 0.02, 0.02, 0.01).With("epochs", 1), _folder, 0) { Parallel = 3 }
            .Run(CancellationToken.None).Drawn);

    [Fact]
    public void A_setting_that_cannot_be_trained_loses_and_says_why()
    {
        SearchResult result = Search(new SearchSpace().With("learningRate", 1e30, 0.02).With("epochs", 20));

        Assert.Equal(0.02, (double)result.Settings["learningRate"]!);
        Assert.Contains("lower the learning rate", new SuccessiveHalving(Data, Mf, new SearchSpace(), _folder, 0).Of(Settings(1e30, 20), 1).Failure!, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_setting_can_be_trained_the_first_ones_reason_is_told()
    {
        string message = Assert.Throws<InvalidInputException>(() => Search(new SearchSpace().With("learningRate", 1e30, 1e31).With("epochs", 20))).Message;

        Assert.StartsWith("MF could be trained for 16 epochs with none of the 2 settings that began them, the first of which failed so: ", message, StringComparison.Ordinal);
        Assert.Contains("lower the learning rate", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_fails_later_counts_as_failed_from_then_on_alone()
    {
        SearchSpace space = new SearchSpace().With("learningRate", 0.01, 0.02, 1e-9).With("epochs", 80);
        var search = new SuccessiveHalving(Data, Mf, space, _folder, 0);
        SearchResult result = search.Run(CancellationToken.None);
        Trial[] later = [.. search.Trials.Where(trial => trial.Seed == 1 && trial.Epochs > 16)];
        Assert.Equal(2, later.Length);
        Change(later[0], record => Cut(record, 20));

        SearchResult next = Search(space);

        Assert.Equal(0, next.Finished); // the third one does not take its place, and one alone is chosen
        Assert.Equal(later[1].Settings.ToJsonString(), next.Settings.ToJsonString());
        Change(later[1], record => Cut(record, 20));
        string message = Assert.Throws<InvalidInputException>(() => Search(space)).Message;
        Assert.StartsWith("MF could be trained for 48 epochs with none of the 2 settings that began them, the first of which failed so: too far", message, StringComparison.Ordinal);
        Assert.Equal(later[0].SecondsOf(16) + Seconds(later[0], 16, 20) + 7, later[0].SecondsOf(48), 9);
        Assert.Equal(2, result.Finished);

        static void Cut(JsonNode record, int epochs)
        {
            foreach (string list in (string[])["seconds", "validation"]) record[list] = new JsonArray([.. record[list]!.AsArray().Take(epochs).Select(value => value!.DeepClone())]);
            (record["result"], record["failure"], record["failedSeconds"]) = (null, "too far.", 7);
        }

        static double Seconds(Trial trial, int from, int to) => trial.SecondsOf(to) - trial.SecondsOf(from);
    }

    [Fact]
    public void A_trial_whose_run_ended_before_that_was_noted_is_looked_at_again()
    {
        Trial trial = new SuccessiveHalving(Data, Mf, new SearchSpace(), _folder, 0).Of(Settings(0.02, 5), 1);
        trial.Train(int.MaxValue, CancellationToken.None);
        double result = trial.Result!.Value;
        Change(trial, record => record["result"] = null);
        Assert.False(trial.IsFinished);

        trial.Train(int.MaxValue, CancellationToken.None);

        Assert.Equal(result, trial.Result);
    }

    private static void Change(Trial trial, Action<JsonNode> change)
    {
        string file = Path.Combine(trial.Folder, "trial.json");
        JsonNode record = JsonNode.Parse(File.ReadAllText(file))!;
        change(record);
        File.WriteAllText(file, record.ToJsonString());
    }

    [Fact]
    public void A_model_without_epochs_is_searched_too()
    {
        ModelDescription ease = ModelCatalog.Of(typeof(LirdRec).Assembly).Find("ease");

        SearchResult result = new SuccessiveHalving(Data, ease, new SearchSpace().With("regularization", 1e9, 10), _folder, budget: 0).Run(CancellationToken.None);

        Assert.Equal((2, 2), (result.Drawn, result.Finished));
        Assert.True(result.Seconds > 0);
    }

    [Fact]
    public void A_trial_goes_on_where_it_stopped_and_looks_at_no_test()
    {
        Trial steps = New("steps"), whole = New("whole");
        steps.Train(8, CancellationToken.None);
        Assert.Equal((8, false), (steps.Epochs, steps.IsFinished));

        New("steps").Train(int.MaxValue, CancellationToken.None);
        whole.Train(int.MaxValue, CancellationToken.None);

        Assert.True(steps.IsFinished);
        Assert.False(Directory.Exists(Path.Combine(steps.Folder, "checkpoints"))); // nothing goes on from these any more
        Assert.Equal((20, whole.BestOf(20)), (steps.Epochs, steps.BestOf(20)));
        Assert.Equal(steps.BestOf(20), steps.Result);
        string file = Path.Combine(steps.Folder, "trial.json");
        JsonNode record = JsonNode.Parse(File.ReadAllText(file))!;
        record["result"] = 2; // as with scores that are corrected in the end
        File.WriteAllText(file, record.ToJsonString());
        Assert.Equal((whole.BestOf(20), 2), (steps.BestOf(20), steps.Result));
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole.Folder, "model.safetensors")), File.ReadAllBytes(Path.Combine(steps.Folder, "model.safetensors")));
        Assert.Null(JsonNode.Parse(File.ReadAllText(Path.Combine(steps.Folder, "metrics.json")))!["test"]);
        Assert.NotNull(JsonNode.Parse(File.ReadAllText(Path.Combine(steps.Folder, "metrics.json")))!["validation"]);

        Trial New(string name) => new(Data, Mf, Settings(0.02, 20), 1, Path.Combine(_folder, name));
    }

    private static JsonObject Settings(double learningRate, int epochs) => new() { ["learningRate"] = learningRate, ["epochs"] = epochs };

    private SearchResult Search(SearchSpace space) =>
        new SuccessiveHalving(Data, Mf, space, _folder, budget: 0) { Note = _notes.Add }.Run(CancellationToken.None);
}
