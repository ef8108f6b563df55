using System.Globalization;
using Tessera.Data;
using Tessera.Data.DatasetFolder;

namespace Tessera.Recommendation.Runs;

/// <summary>
/// A finished run, opened to recommend from. Opening reads little: interactions, ids and vectors are read, and checked, when they are asked for.
/// </summary>
public sealed partial class TrainedRun : IDisposable
{
    private readonly RunDirectory _directory;
    private readonly string _hash;
    private readonly RunVectors? _vectors; // null for an item-based model
    private readonly RunBehavior? _behavior;
    private readonly KnownData _known;
    private readonly Lazy<int[]> _counts; // training interactions of each item

    private TrainedRun(RunDirectory directory, string hash, RunConfig config, RunVectors? vectors, RunBehavior? behavior, KnownData known)
    {
        (_directory, _hash, Config, _vectors, _behavior, _known) = (directory, hash, config, vectors, behavior, known);
        _counts = new(() => known.Train.ItemCounts());
        _live = new(() => vectors is null ? null : LiveData.Open(directory, hash, known.Items, vectors.Width));
        _gathering = new(() => new Gathering(Vectors, known, _live.Value));
    }

    /// <summary>Name of the run's model in the catalog.</summary>
    internal string Model => Config.Model;

    /// <summary>λ of what corrects the scores of the vectors (<see cref="Training.TrainingOptions.BehaviorWeight"/>); null where nothing does.</summary>
    internal float? BehaviorWeight => _vectors is null ? null : _behavior?.Weight;

    /// <summary>The run's configuration.</summary>
    internal RunConfig Config { get; }

    /// <summary>Final vectors of all users and items, which belong to the run and are gone with it.</summary>
    /// <exception cref="InvalidInputException">They are damaged, or the run's model is item-based and has none.</exception>
    public Embeddings Embeddings => Vectors.All;

    private RunVectors Vectors => _vectors
        ?? throw new InvalidInputException($"The run's model, {Model}, is item-based and has no vectors; expected a run of a model that has some, so train one.");

    /// <summary>Opens the folder of a finished run. What is read of it later is checked then, and may be refused then.</summary>
    /// <exception cref="InvalidInputException">The folder holds no finished run, or its files are damaged or of several runs.</exception>
    public static TrainedRun Open(string path) => Open(path, verifyAll: false);

    /// <summary>Opens the folder of a finished run.</summary>
    /// <param name="verifyAll">Whether to read and check all of its files first, those among them that nothing here answers from.</param>
    /// <exception cref="InvalidInputException">The folder holds no finished run, or its files are damaged or of several runs.</exception>
    internal static TrainedRun Open(string path, bool verifyAll)
    {
        var directory = new RunDirectory(path);
        string config = directory.OpenFinished();
        if (verifyAll) directory.VerifyAll();
        TrainedRun run = Open(directory, config);
        try
        {
            run.Additions = AdditionsFile.Read(run) ?? Additions.None;
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    private static TrainedRun Open(RunDirectory directory, string hash)
    {
        RunConfig config = RunConfig.Read(directory.ConfigFile);
        RunVectors? vectors = config.IsItemBased ? null : RunVectors.Open(directory, hash);
        KnownData? known = null;
        try
        {
            known = KnownData.Open(directory, hash);
            if (vectors is not null && (vectors.UserCount, vectors.ItemCount) != (known.Users, known.Items))
                throw new InvalidInputException(
                    $"'{directory.EmbeddingsFile}' has {vectors.UserCount} users and {vectors.ItemCount} items, '{directory.KnownFile}' {known.Users} and {known.Items}; restore the folder or train again.");
            return new TrainedRun(directory, hash, config, vectors, config.HasBehavior ? RunBehavior.Open(directory, hash, known.Items) : null, known);
        }
        catch
        {
            vectors?.Dispose();
            known?.Dispose();
            throw;
        }
    }

    /// <summary>Refuses data whose interactions, or features of the modalities that the run has, are not those it was trained on.</summary>
    /// <param name="directory">Where the data are, for messages.</param>
    /// <exception cref="InvalidInputException">They are not.</exception>
    internal void RequireTrainedOn(Dataset data, string directory)
    {
        if (DatasetFingerprint.Of(data.WithModalities([.. Config.Modalities])) != Config.DataFingerprint)
            throw new InvalidInputException(
                $"The data in '{directory}' differs from what the run was trained on ({Config.Data}); give the folder the run was trained from, unchanged.");
    }

    /// <summary>Index of a user by its external id, or by its number where the data has no ids.</summary>
    /// <exception cref="InvalidInputException">There is no such user.</exception>
    public int FindUser(string id) => TryFindUser(id) ?? throw new InvalidInputException(
        $"There is no user '{id}' in the run; expected {Expected("user", _known.UserIds, _known.Users, Additions.Users, _ => false)}.");

    /// <summary>Index of an item by its external id, or by its number where the data has no ids.</summary>
    /// <exception cref="InvalidInputException">There is no such item.</exception>
    public int FindItem(string id) => TryFindItem(id) ?? throw new InvalidInputException(
        $"There is no item '{id}' in the run; expected {Expected("item", _known.ItemIds, _known.Items, [.. Additions.Items.Select(item => item.Id)], Additions.Removed.Contains)}.");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_owns) return;
        _vectors?.Dispose();
        _behavior?.Dispose();
        _known.Dispose();
        if (_live is { IsValueCreated: true, Value: { } live }) live.Dispose();
    }

    private static int? NumberOf(string id, int count) =>
        int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < count ? number : null;

    /// <summary>What names a user or an item: those trained with, and those that came later and are still there.</summary>
    private static string Expected(string kind, IdTable? ids, int trained, IReadOnlyList<string> added, Func<int, bool> isGone)
    {
        string[] later = [.. added.Where((_, place) => !isGone(trained + place))];
        int gone = Enumerable.Range(0, trained).Count(isGone), count = trained - gone + later.Length;
        int first = Enumerable.Range(0, trained).FirstOrDefault(number => !isGone(number), -1);
        string since = later.Length == 0 ? "" : $" or one of the {later.Length:N0} ids that came later, such as '{later[^1]}'";
        if (ids is not null)
            return $"one of its {count:N0} {kind} ids, such as {string.Join(" or ", new[] { first >= 0 ? ids[first] : null, later.LastOrDefault() }.OfType<string>().Select(id => $"'{id}'"))}";
        return $"a number from 0 to {trained - 1}{(gone > 0 ? $", {gone:N0} of which {(gone == 1 ? "was" : "were")} removed," : "")}{since}";
    }
}
