using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Studies.Tuning;

/// <summary>
/// Random search with successive halving (Jamieson and Talwalkar, 2016): settings drawn at random are trained a few epochs, the best third of them
/// more, and where several are left of those, their best third to the end, with two seeds. Validation Recall@20 decides. Trials are kept in a folder, so
/// that an interrupted search goes on with what it has.
/// </summary>
/// <param name="folder">Where trials are kept; one search's alone.</param>
/// <param name="budget">
/// Processor seconds to spend. What has begun is completed, of every rung but the last at least one trial. Of the last, none begins that would take longer
/// than what is left, by what the ones before it took.
/// </param>
internal sealed class SuccessiveHalving(Dataset dataset, ModelDescription model, SearchSpace space, string folder, double budget)
{
    /// <summary>Seeds that settings are chosen by: the first alone until the end. What is chosen is measured with others.</summary>
    public static readonly IReadOnlyList<ulong> Seeds = [1, 2];

    private const int FewestDrawn = 3;
    private const int ToTheEnd = int.MaxValue;
    private readonly List<Trial> _trials = [];
    private double _spent;
    private static readonly (int Epochs, double Budget)[] Rungs = [(16, 0.25), (48, 0.5)]; // and the share of the budget spent by the end of each

    /// <summary>Called with a line about each trial that was trained.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>The trials that were looked at, in their order: of each setting with the first seed, then those of the settings trained to the end with the next.</summary>
    public IReadOnlyList<Trial> Trials => _trials;

    /// <summary>Chooses settings.</summary>
    /// <exception cref="InvalidInputException">
    /// The folder holds trials of another model or of other data, another search is at work there, or the model cannot be trained with any settings tried.
    /// </exception>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public SearchResult Run(CancellationToken cancellation)
    {
        using IDisposable held = Claim();
        _spent = 0;
        List<Trial> drawn = [];
        (int epochs, double share) = Rungs[0];
        foreach (JsonObject settings in space.Shuffled(new Rng(0)))
        {
            if (drawn.Count >= FewestDrawn && _spent >= share * budget) break;
            drawn.Add(Trained(settings, Seeds[0], epochs, cancellation));
        }

        if (drawn.All(trial => trial.Failure is not null))
            throw new InvalidInputException(
                $"{model.Title} could be trained with none of the {drawn.Count} settings tried, the first of which failed so: {drawn[0].Failure}");
        List<Trial> left = BestThird(drawn, epochs);
        foreach ((int more, double limit) in Rungs.Skip(1))
        {
            left = [.. left.TakeWhile((_, place) => place == 0 || _spent < limit * budget).Select(trial => Trained(trial.Settings, trial.Seed, more, cancellation, epochs))];
            epochs = more;
            left = BestThird(left, epochs);
        }

        var finished = new List<(JsonObject Settings, double Validation)>();
        double dearest = 0;
        foreach (Trial trial in left.Count > 1 ? left : []) // one alone is chosen already
        {
            double before = _spent;
            if (before + dearest >= budget) break;
            finished.Add((trial.Settings, TrainedToTheEnd(trial.Settings, cancellation, epochs).Average(one => one.BestOf(ToTheEnd))));
            dearest = Math.Max(dearest, _spent - before);
        }

        (JsonObject best, double validation) = finished.Count > 0 ? finished.MaxBy(one => one.Validation) : (left[0].Settings, left[0].BestOf(epochs));
        return new SearchResult(best, validation, drawn.Count, finished.Count, _spent, space.Count);
    }

    /// <summary>Trains settings to the end, with each seed that settings are chosen by.</summary>
    public IReadOnlyList<Trial> TrainToTheEnd(JsonObject settings, CancellationToken cancellation)
    {
        using IDisposable held = Claim();
        return TrainedToTheEnd(settings, cancellation);
    }

    /// <param name="counted">Epochs of the first seed whose time was counted before.</param>
    private Trial[] TrainedToTheEnd(JsonObject settings, CancellationToken cancellation, int counted = 0) =>
        [.. Seeds.Select(seed => Trained(settings, seed, ToTheEnd, cancellation, seed == Seeds[0] ? counted : 0))];

    private Trial Trained(JsonObject settings, ulong seed, int epochs, CancellationToken cancellation, int counted = 0)
    {
        Trial trial = Of(settings, seed);
        if (_trials.All(other => other.Folder != trial.Folder)) _trials.Add(trial);
        int had = trial.Epochs;
        trial.Train(epochs, cancellation);
        _spent += trial.SecondsOf(epochs) - trial.SecondsOf(counted);
        if (trial.Epochs > had)
            Note?.Invoke($"{Describe(settings)} seed {seed}: {trial.BestOf(epochs):F4} after {trial.Epochs} epochs, {_spent:F0} of {budget:F0} s{(trial.Failure is { } failure ? $"; failed: {failure}" : "")}");
        return trial;
    }

    /// <summary>Holds the folder for this search alone, whose trials are all of one model and data.</summary>
    private FileStream Claim()
    {
        FileStream held = StorageException.Guard($"Folder '{folder}'", () =>
        {
            Directory.CreateDirectory(folder);
            return TemporaryFile.TryLock(Path.Combine(folder, "search.lock"))
                ?? throw new InvalidInputException($"Another search is at work in '{folder}'; wait for it to end, or choose another folder.");
        });
        string subjectFile = Path.Combine(folder, "subject.json");
        var subject = new Subject(model.Name, DatasetFingerprint.Of(dataset));
        Subject? earlier = JsonRecord.ReadIfPresent<Subject>(subjectFile, "does not say what its trials are of", "delete the folder, and the search begins anew");
        if (earlier is null) JsonRecord.Write(subjectFile, subject);
        if (earlier is null || earlier == subject) return held;
        held.Dispose();
        throw new InvalidInputException(
            $"'{folder}' holds trials of {(earlier.Model != model.Name ? $"the model '{earlier.Model}'" : "other data, or of other modalities of it")}; expected another folder, or delete this one to begin anew.");
    }

    /// <summary>The trial of settings and a seed; its folder has their name.</summary>
    public Trial Of(JsonObject settings, ulong seed)
    {
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(settings.ToJsonString())))[..12];
        return new Trial(dataset, model, settings, seed, Path.Combine(folder, $"{key}-{seed}"));
    }

    /// <summary>Options as the command line takes them.</summary>
    public static string Describe(JsonObject settings) => settings.Count == 0 ? "defaults" : string.Join(' ', settings.Select(pair => $"{pair.Key}={Value(pair.Value)}"));

    private static string Value(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject weights => string.Join(',', weights.Select(weight => $"{weight.Key}:{weight.Value!.ToJsonString()}")),
        _ => value.ToJsonString().Trim('"'),
    };

    /// <summary>What the trials of a folder are of.</summary>
    private sealed record Subject(string Model, string DataFingerprint);

    private static List<Trial> BestThird(List<Trial> trials, int epochs) =>
        [.. trials.Where(trial => trial.Failure is null).OrderByDescending(trial => trial.BestOf(epochs)).Take(Math.Max(1, (trials.Count + 2) / 3))];
}
