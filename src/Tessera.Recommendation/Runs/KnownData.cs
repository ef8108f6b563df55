using System.Globalization;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Runs;

/// <summary>What a run knows of its users and items, from <c>known.safetensors</c>: their interactions, external ids and titles, read as they are asked for.</summary>
internal sealed partial class KnownData : IDisposable
{
    private readonly SafetensorsMap _file;

    private KnownData(SafetensorsMap file)
    {
        _file = file;
        (Users, Items) = (Count(UsersName), Count(ItemsName));
        Train = new KnownSplit(file, "train", Users, Items);
        Validation = new KnownSplit(file, "validation", Users, Items);
        Test = new KnownSplit(file, "test", Users, Items);
        UserIds = IdTable.Find(file, UserIdsName, Users);
        ItemIds = IdTable.Find(file, ItemIdsName, Items);
        ItemTitles = TextTable.Find(file, ItemTitlesName, Items);
    }

    /// <summary>Number of users |U|.</summary>
    public int Users { get; }

    /// <summary>Number of items |I|.</summary>
    public int Items { get; }

    /// <summary>The interactions trained on.</summary>
    public KnownSplit Train { get; }

    /// <summary>The validation interactions.</summary>
    public KnownSplit Validation { get; }

    /// <summary>The test interactions.</summary>
    public KnownSplit Test { get; }

    /// <summary>The users' external ids, or null where the data had none.</summary>
    public IdTable? UserIds { get; }

    /// <summary>The items' external ids, or null where the data had none.</summary>
    public IdTable? ItemIds { get; }

    /// <summary>What people call the items, empty for an item without a title; null where the data had none.</summary>
    public TextTable? ItemTitles { get; }

    /// <summary>Opens the file of a run.</summary>
    /// <param name="config">SHA-256 of the run's configuration.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged or another run's.</exception>
    public static KnownData Open(RunDirectory directory, string config)
    {
        var file = new SafetensorsMap(directory.KnownFile);
        try
        {
            directory.RequireOwn(directory.KnownFile, file.Metadata, config);
            return new KnownData(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The external id of an item; its number where the data has none.</summary>
    public string ItemId(int item) => ItemIds?[item] ?? item.ToString(CultureInfo.InvariantCulture);

    /// <summary>The external id of a user; its number where the data has none.</summary>
    public string UserId(int user) => UserIds?[user] ?? user.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private int Count(string key) =>
        int.TryParse(_file.Metadata.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count
        : throw new InvalidInputException($"'{_file.Path}' does not say how many {key} there are; restore it or train again.");
}
