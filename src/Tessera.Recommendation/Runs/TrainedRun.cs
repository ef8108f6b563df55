using System.Globalization;
using Tessera.Data;
using Tessera.Data.DatasetFolder;

namespace Tessera.Recommendation.Runs;

/// <summary>
/// A finished run, opened to recommend from. Opening reads little: interactions, ids and vectors are read, and checked, when they are asked for.
/// </summary>
public sealed partial class TrainedRun : IDisposable
{
    private readonly RunVectors _vectors;
    private readonly KnownData _known;

    private readonly Lazy<RunConfig> _config;

    private readonly RunDirectory _directory;
    private readonly string _hash;

    private TrainedRun(RunDirectory directory, string hash, RunVectors vectors, KnownData known)
    {
        (_directory, _hash, _vectors, _known) = (directory, hash, vectors, known);
        _config = new(() => RunConfig.Read(directory.ConfigFile));
        _live = new(() => LiveData.Open(directory, hash, known.Items, vectors.Width));
        _gathering = new(() => new Gathering(vectors, known, _live.Value));
    }

    /// <summary>Name of the run's model in the catalog.</summary>
    internal string Model => _vectors.Model;

    /// <summary>The run's configuration.</summary>
    /// <exception cref="InvalidInputException">It cannot be read.</exception>
    internal RunConfig Config => _config.Value;

    /// <summary>Final vectors of all users and items, which belong to the run and are gone with it.</summary>
    /// <exception cref="InvalidInputException">They are damaged.</exception>
    public Embeddings Embeddings => _vectors.All;

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

    private static TrainedRun Open(RunDirectory directory, string config)
    {
        RunVectors vectors = RunVectors.Open(directory, config);
        try
        {
            KnownData known = KnownData.Open(directory, config);
            if ((vectors.UserCount, vectors.ItemCount) == (known.Users, known.Items)) return new TrainedRun(directory, config, vectors, known);
            known.Dispose();
            throw new InvalidInputException(
                $"'{directory.EmbeddingsFile}' has {vectors.UserCount} users and {vectors.ItemCount} items, '{directory.KnownFile}' {known.Users} and {known.Items}; restore the folder or train again.");
        }
        catch
        {
            vectors.Dispose();
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
    public int FindUser(string id) => TryFindUser(id) ?? throw Unknown("user", id, _known.UserIds, _known.Users);

    /// <summary>Index of an item by its external name, or by its number where the data has no names.</summary>
    /// <exception cref="InvalidInputException">There is no such item.</exception>
    public int FindItem(string id) => TryFindItem(id) ?? throw Unknown("item", id, _known.ItemIds, _known.Items);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_owns) return;
        _vectors.Dispose();
        _known.Dispose();
        if (_live is { IsValueCreated: true, Value: { } live }) live.Dispose();
    }

    private static int? NumberOf(string id, int count) =>
        int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < count ? number : null;

    private static InvalidInputException Unknown(string kind, string id, IdTable? ids, int count) => new(
        $"There is no {kind} '{id}' in the run; expected {(ids is null ? $"a number from 0 to {count - 1}" : $"one of its {count:N0} {kind} ids, such as '{ids[0]}'")}.");
}
