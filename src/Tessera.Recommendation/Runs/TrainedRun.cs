using System.Globalization;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Recommendation.Scoring;

namespace Tessera.Recommendation.Runs;

/// <summary>
/// A finished run, opened to recommend from. Opening reads little: interactions, ids and vectors are read, and checked, when they are asked for.
/// </summary>
public sealed partial class TrainedRun : IDisposable
{
    private readonly RunVectors? _vectors; // null for an item-based model
    private readonly RunBehavior? _behavior;
    private readonly KnownData _known;
    private readonly Lazy<BehaviorResidual> _residual;

    private TrainedRun(RunConfig config, RunVectors? vectors, RunBehavior? behavior, KnownData known)
    {
        (Config, _vectors, _behavior, _known) = (config, vectors, behavior, known);
        _residual = new(() => new BehaviorResidual(_behavior!.Weights, _known.Train.ItemCounts(), _known.Train.ItemsOf));
    }

    /// <summary>Name of the run's model in the catalog.</summary>
    internal string Model => Config.Model;

    /// <summary>The run's configuration.</summary>
    internal RunConfig Config { get; }

    /// <summary>Final vectors of all users and items, which belong to the run and are gone with it.</summary>
    /// <exception cref="InvalidInputException">They are damaged, or the run's model is item-based and has none.</exception>
    public Embeddings Embeddings => Vectors.All;

    private RunVectors Vectors => _vectors
        ?? throw new InvalidInputException($"The run's model, {Model}, is item-based and has no vectors; expected a run of a model that has some, so train one.");

    /// <summary>What corrects the scores of the vectors; null where nothing does.</summary>
    private BehaviorResidual? Residual => _vectors is not null && _behavior is not null ? _residual.Value : null;

    /// <summary>Opens the folder of a finished run. What is read of it later is checked then, and may be refused then.</summary>
    /// <exception cref="InvalidInputException">The folder holds no finished run, or its files are damaged or of several runs.</exception>
    public static TrainedRun Open(string path) => Open(path, verifyAll: false);

    /// <summary>Opens the folder of a finished run.</summary>
    /// <param name="verifyAll">Whether to read and check all of its files first, those among them that nothing here answers from.</param>
    /// <exception cref="InvalidInputException">The folder holds no finished run, or its files are damaged or of several runs.</exception>
    internal static TrainedRun Open(string path, bool verifyAll)
    {
        var directory = new RunDirectory(path);
        string hash = directory.OpenFinished();
        if (verifyAll) directory.VerifyAll();
        RunConfig config = RunConfig.Read(directory.ConfigFile);
        RunVectors? vectors = config.IsItemBased ? null : RunVectors.Open(directory, hash);
        KnownData? known = null;
        try
        {
            known = KnownData.Open(directory, hash);
            if (vectors is not null && (vectors.UserCount, vectors.ItemCount) != (known.Users, known.Items))
                throw new InvalidInputException(
                    $"'{directory.EmbeddingsFile}' has {vectors.UserCount} users and {vectors.ItemCount} items, '{directory.KnownFile}' {known.Users} and {known.Items}; restore the folder or train again.");
            return new TrainedRun(config, vectors, config.HasBehavior ? RunBehavior.Open(directory, hash, known.Items) : null, known);
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

    /// <summary>Index of a user by its external name, or by its number where the data has no names.</summary>
    /// <exception cref="InvalidInputException">There is no such user.</exception>
    public int FindUser(string id) => Find("user", id, _known.UserIds, _known.Users);

    /// <summary>Index of an item by its external name, or by its number where the data has no names.</summary>
    /// <exception cref="InvalidInputException">There is no such item.</exception>
    public int FindItem(string id) => Find("item", id, _known.ItemIds, _known.Items);

    /// <inheritdoc/>
    public void Dispose()
    {
        _vectors?.Dispose();
        _behavior?.Dispose();
        _known.Dispose();
    }

    private static int Find(string kind, string id, IdTable? ids, int count)
    {
        if (ids is not null)
        {
            return ids.Find(id)
                ?? throw new InvalidInputException($"There is no {kind} '{id}' in the run; expected one of its {count:N0} {kind} ids, such as '{ids[0]}'.");
        }

        return int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < count ? index
            : throw new InvalidInputException($"There is no {kind} '{id}' in the run; expected a number from 0 to {count - 1}.");
    }
}
