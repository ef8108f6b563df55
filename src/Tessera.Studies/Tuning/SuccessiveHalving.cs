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
/// more, and their best third to the end, with two seeds. Recall@20 on validation decides, of warm and cold items its harmonic mean, and at the end the
/// mean over the seeds. Trials are kept in a folder, so that an interrupted search goes on with what it has.
/// </summary>
/// <param name="folder">Where trials are kept; one search's alone.</param>
/// <param name="budget">
/// Processor seconds to spend. What has begun is completed, and whatever it takes three settings are drawn and two trained to the end, so that there is a
/// choice. Of more trainings to the end, none begins that would take longer than what is left, by what the ones before it took.
/// </param>
internal sealed class SuccessiveHalving(Dataset dataset, ModelDescription model, SearchSpace space, string folder, double budget)
{
    /// <summary>Seeds that settings are chosen by: the first alone until the end. What is chosen is measured with others.</summary>
    public static readonly IReadOnlyList<ulong> Seeds = [1, 2];

    private const int FewestDrawn = 3, FewestLeft = 2;
    private const int ToTheEnd = int.MaxValue;
    private readonly List<Trial> _trials = [];
    private readonly Lock _counting = new();
    private double _spent;
    private static readonly (int Epochs, double Budget)[] Rungs = [(16, 0.25), (48, 0.5)]; // and the share of the budget spent by the end of each

    /// <summary>Called with a line about each trial that was trained, from several threads.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Most trials trained at a time, each on one thread. Where the budget ends a rung, fewer than this many more begin; nothing else depends on it.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>The trials that were looked at, in their order: of each setting with the first seed, then those of the settings trained to the end with the next.</summary>
    public IReadOnlyList<Trial> Trials => _trials;

    /// <summary>Chooses settings.</summary>
    /// <exception cref="InvalidInputException">
    /// The folder holds trials of another model or of other data, another search is at work there, or the model cannot be trained with any settings tried, or
    /// none of the best to the end.
    /// </exception>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public SearchResult Run(CancellationToken cancellationToken)
    {
        using IDisposable held = Claim();
        _spent = 0;
        (int epochs, double share) = Rungs[0];
        IEnumerable<Trial[]> settings = space.Shuffled(new Rng(0)).Select(one => new[] { Of(one, Seeds[0]) }).DistinctBy(group => group[0].Folder);
        List<Trial> drawn = [.. Train(settings, epochs, 0, now => now.Begun < FewestDrawn || now.Spent < share * budget, cancellationToken).Select(group => group[0])];
        List<Trial> left = BestThird(drawn, epochs);
        foreach ((int more, double limit) in Rungs.Skip(1))
        {
            left = [.. Train(left.Select(trial => new[] { trial }), more, epochs, now => now.Begun < FewestLeft || now.Spent < limit * budget, cancellationToken).Select(group => group[0])];
            epochs = more;
            left = BestThird(left, epochs);
        }

        IEnumerable<Trial> rivals = left.Count > 1 ? left : []; // one alone is chosen already
        (JsonObject Settings, double Validation)[] finished =
        [
            .. Train(
                rivals.Select(trial => Seeds.Select(seed => Of(trial.Settings, seed)).ToArray()), ToTheEnd, epochs,
                now => now.Begun < FewestLeft || now.Spent + (now.Begun - now.Done + 1) * now.Dearest < budget, cancellationToken)
                .Where(seeds => seeds.All(trial => trial.Result is not null))
                .Select(seeds => (seeds[0].Settings, seeds.Average(trial => trial.Result!.Value))),
        ];
        (JsonObject best, double validation) = finished.Length > 0 ? finished.MaxBy(one => one.Validation)
            : left.Count == 1 ? (left[0].Settings, left[0].BestOf(epochs))
            : throw new InvalidInputException(
                $"{model.Title} could be trained to the end with none of the settings that came so far, the best of which failed so: {left[0].Failure ?? Of(left[0].Settings, Seeds[1]).Failure}");
        return new SearchResult(best, validation, drawn.Count, finished.Length, _spent, space.Count);
    }

    /// <summary>Trains settings to the end, with each seed that settings are chosen by.</summary>
    public IReadOnlyList<Trial> TrainToTheEnd(JsonObject settings, CancellationToken cancellationToken)
    {
        using IDisposable held = Claim();
        return [.. Train(Seeds.Select(seed => new[] { Of(settings, seed) }), ToTheEnd, 0, _ => true, cancellationToken).SelectMany(group => group)];
    }

    /// <summary>
    /// Trains groups of trials, as many groups at a time as there may be, in their order, those of a group one after another. Whether another one begins goes
    /// by what the groups took that are done for certain, so that the same search gives the same again from what is kept.
    /// </summary>
    /// <param name="counted">Epochs of the first seed whose time was counted before.</param>
    /// <returns>The groups that began.</returns>
    private List<Trial[]> Train(IEnumerable<Trial[]> groups, int epochs, int counted, Func<Standing, bool> mayBegin, CancellationToken cancellationToken)
    {
        List<Trial[]> begun = [];
        List<Task> work = [];
        var now = new Standing(0, 0, _spent, 0);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            foreach (Trial[] group in groups)
            {
                if (begun.Count - now.Done == Parallel) Complete();
                if (!mayBegin(now)) break;
                _trials.AddRange(group.Where(trial => _trials.All(other => other.Folder != trial.Folder)));
                begun.Add(group);
                work.Add(Task.Run(() => Array.ForEach(group, trial => Train(trial, epochs, counted, stop.Token)), CancellationToken.None));
                now = now with { Begun = begun.Count };
            }

            while (now.Done < begun.Count) Complete();
        }
        catch
        {
            stop.Cancel(); // the others stop at their last checkpoints
            throw;
        }
        finally
        {
            Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        }

        _spent = now.Spent;
        return begun;

        void Complete()
        {
            work[now.Done].GetAwaiter().GetResult();
            double seconds = begun[now.Done].Sum(trial => SecondsOf(trial, epochs, counted));
            now = now with { Done = now.Done + 1, Spent = now.Spent + seconds, Dearest = Math.Max(now.Dearest, seconds) };
        }
    }

    private void Train(Trial trial, int epochs, int counted, CancellationToken cancellationToken)
    {
        int had = trial.Epochs;
        trial.Train(epochs, cancellationToken);
        double spent;
        lock (_counting) spent = _spent += SecondsOf(trial, epochs, counted);
        if (trial.Epochs > had)
            Note?.Invoke($"{Describe(trial.Settings)} seed {trial.Seed}: {trial.BestOf(epochs):F4} after {trial.Epochs} epochs, {spent:F0} of {budget:F0} s{(trial.Failure is { } failure ? $"; failed: {failure}" : "")}");
    }

    private static double SecondsOf(Trial trial, int epochs, int counted) => trial.SecondsOf(epochs) - (trial.Seed == Seeds[0] ? trial.SecondsOf(counted) : 0);

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

    /// <summary>Where a rung stands when another group of trials might begin.</summary>
    /// <param name="Begun">Groups that have begun.</param>
    /// <param name="Done">Groups, the first of them, that are done.</param>
    /// <param name="Spent">Processor seconds of the search, with those of the groups done.</param>
    /// <param name="Dearest">The most that one of these took.</param>
    private readonly record struct Standing(int Begun, int Done, double Spent, double Dearest);

    private List<Trial> BestThird(List<Trial> trials, int epochs)
    {
        if (trials.All(trial => trial.FailureWithin(epochs) is not null))
            throw new InvalidInputException(
                $"{model.Title} could be trained for {epochs} epochs with none of the {trials.Count} settings that began them, the first of which failed so: {trials[0].Failure}");
        return [.. trials.Where(trial => trial.FailureWithin(epochs) is null).OrderByDescending(trial => trial.BestOf(epochs)).Take(Math.Max(FewestLeft, (trials.Count + 2) / 3))];
    }
}
