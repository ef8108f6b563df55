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

    private TrainedRun(string configFile, RunVectors vectors, KnownData known) =>
        (_config, _vectors, _known) = (new(() => RunConfig.Read(configFile)), vectors, known);

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
        RunVectors vectors = RunVectors.Open(directory, config);
        try
        {
            KnownData known = KnownData.Open(directory, config);
            if ((vectors.UserCount, vectors.ItemCount) == (known.Users, known.Items)) return new TrainedRun(directory.ConfigFile, vectors, known);
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
    public int FindUser(string id) => Find("user", id, _known.UserIds, _known.Users);

    /// <summary>Index of an item by its external name, or by its number where the data has no names.</summary>
    /// <exception cref="InvalidInputException">There is no such item.</exception>
    public int FindItem(string id) => Find("item", id, _known.ItemIds, _known.Items);

    /// <inheritdoc/>
    public void Dispose()
    {
        _vectors.Dispose();
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
