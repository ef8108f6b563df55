using System.Globalization;
using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Following;

namespace Tessera.Serving.Retraining;

/// <summary>A new run beside the champion on the same validation, which neither was trained on.</summary>
/// <param name="Metric">What was measured, the metric by which the run's best epoch was chosen.</param>
/// <param name="Users">Of how many users.</param>
/// <param name="Validation">What the new run reaches; NaN where there is nobody to measure.</param>
/// <param name="ChampionValidation">The same of the champion.</param>
internal sealed record Verdict(string Metric, int Users, double Validation, double ChampionValidation)
{
    /// <summary>Whether the new run may take the champion's place.</summary>
    public bool IsAtLeastAsGood => Validation >= ChampionValidation;

    /// <summary>The figures as a generation keeps them.</summary>
    public JsonObject ToJson(string champion) => new()
    {
        ["metric"] = Metric,
        ["validation"] = Figure(Validation),
        ["champion"] = champion,
        ["championValidation"] = Figure(ChampionValidation),
        ["users"] = Users,
    };

    /// <summary>One sentence.</summary>
    public override string ToString() => double.IsNaN(Validation) || double.IsNaN(ChampionValidation)
        ? "There is nobody to measure on validation, so the new generation stays a candidate."
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Metric} on validation is {Validation:F4}, and the champion's {ChampionValidation:F4}, so the new generation {(IsAtLeastAsGood ? "becomes champion" : "stays a candidate")}.");

    /// <summary>
    /// Measures a finished run and the champion as it is served: with items that came or changed since it was trained, and with the likes since, those of
    /// validation left out.
    /// </summary>
    /// <param name="run">Folder of the new run, with its data.</param>
    /// <param name="champion">Folder of the champion's run.</param>
    /// <param name="changed">Ids of items with other features than the champion was trained with.</param>
    /// <exception cref="InvalidInputException">A run is damaged.</exception>
    public static Verdict Of(string run, string champion, IReadOnlyCollection<string> changed, ModelCatalog models, CancellationToken cancel)
    {
        using TrainedRun trained = TrainedRun.Open(run, verifyAll: true);
        Dataset data = DatasetReader.Read(TrainingFolder.DataOf(run), cancel).WithModalities([.. trained.Config.Modalities]);
        using LiveRecommender live = LiveRecommender.Open(champion, models);
        BringUpToDate(live, data, changed);
        using var device = new Device(threads: 1);
        MetricName metric = MetricName.Parse(trained.Config.Training.Monitor);
        HeldOut validation = HeldOut.Monitored(data.Train, data.Validation, data.ColdItems);
        if (!validation.MeasuresAny(data.Train)) return new Verdict(trained.Config.Training.Monitor, 0, double.NaN, double.NaN);
        var evaluator = new Evaluator(device, data.Train, [metric]);
        EvaluationResult own = Measure(trained), other = Measure(live.Current);
        return new Verdict(trained.Config.Training.Monitor, own.Users, own.Decisive(metric), other.Decisive(metric));

        EvaluationResult Measure(TrainedRun one)
        {
            using RenumberedScorer scorer = RenumberedScorer.Of(one, data.UserIds!, data.ItemIds!);
            return evaluator.Evaluate(scorer, [validation], cancel)[0];
        }
    }

    private static void BringUpToDate(LiveRecommender live, Dataset data, IReadOnlyCollection<string> changed)
    {
        HashSet<string> differ = [.. changed];
        IEnumerable<ItemState> items =
            from item in Enumerable.Range(0, data.Items)
            let id = data.ItemId(item)
            where differ.Contains(id) || live.Current.TryFindItem(id) is null
            select new ItemState(NewItem.Of(id, data, item), IsHidden: false);
        if (FollowedModel.WhyNoItems(live) is null) live.PutItems([.. items], _ => { });
        TrainedRun run = live.Current;
        live.SetNews(
            from user in Enumerable.Range(0, data.Users)
            let id = data.UserIds![user]
            let own = data.Train.ItemsOf(user).ToArray().Select(item => run.TryFindEvenRemoved(data.ItemId(item))).OfType<int>()
            select (id, (IReadOnlyList<int>)[.. own.Except(TestOf(run, id))]));
    }

    /// <summary>What a run had of a user in test, which it does not go by when it is served either.</summary>
    private static IEnumerable<int> TestOf(TrainedRun run, string user) => run.TryFindUser(user) is not { } number ? []
        : run.KnownTo(number).Except(run.Additions.News.TryGetValue(number, out UserNews? news) ? news.Items : []);

    private static JsonValue? Figure(double value) => double.IsNaN(value) ? null : JsonValue.Create(value);
}
