using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Tessera.Data;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Generations;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Following;

/// <summary>
/// A generation in memory that follows the log. What it knows is a function of its run, the catalog as it is, and the log up to a position: it does not matter
/// when and how often it was opened. One thread at a time changes it, while others read the generation.
/// </summary>
/// <remarks>
/// Of users counts which items they liked since training, as far as the model has these: an item that came after training and was deleted counts no more, one
/// of training does. Whoever liked an item that has changed is computed anew.
/// </remarks>
internal sealed partial class FollowedModel
{
    private const int PageSize = 1000;
    private readonly Store _store;
    private readonly IReadOnlySet<string> _likes;
    private readonly ILogger _logger;
    private readonly Histories _histories = new();
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal); // users to be computed anew, also after a failure in between
    private readonly int _runItems, _runUsers; // of the run as it lies in its folder
    private readonly bool _takesItems;
    private long _saved = -1, _urgent = -1; // positions

    private FollowedModel(StoredGeneration stored, LiveRecommender live, Store store, IReadOnlySet<string> likes, ILogger logger)
    {
        (Stored, _store, _likes, _logger) = (stored, store, likes, logger);
        Generation = new OpenGeneration(stored.Id, live);
        Position = stored.TrainedTo;
        (_runItems, _runUsers) = (live.Current.ItemCount, live.Current.UserCount);
        _takesItems = WhyNoItems(live) is null;
    }

    /// <summary>What the store says of it.</summary>
    public StoredGeneration Stored { get; }

    /// <summary>The model.</summary>
    public OpenGeneration Generation { get; }

    /// <summary>Position of the last entry that it knows.</summary>
    public long Position { get; private set; }

    /// <summary>Whether something is to be kept at once, such as that a user was erased.</summary>
    public bool IsUrgent => Volatile.Read(ref _urgent) > Volatile.Read(ref _saved);

    /// <summary>
    /// Whether more than an eighth of its items came after training and are gone: their places are never taken again, so that it is better opened anew.
    /// </summary>
    public bool IsWorn => Live.Current is var run && 8 * run.Additions.Removed.Count(item => item >= _runItems) > run.ItemCount;

    private LiveRecommender Live => Generation.Live;

    /// <summary>Where it keeps what it knows: beside the run, in a folder of the store's own.</summary>
    private string SnapshotFolder => SnapshotFolderOf(Stored, _store);

    /// <summary>Opens a generation and brings it up to the end of the log.</summary>
    /// <param name="likes">Types of events that it takes up.</param>
    /// <exception cref="InvalidInputException">The folder holds no finished run, or it is damaged.</exception>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    public static async Task<FollowedModel> OpenAsync(
        StoredGeneration stored, Store store, ModelCatalog models, IReadOnlySet<string> likes, ILogger logger, CancellationToken cancel)
    {
        var directory = new RunDirectory(stored.Folder);
        directory.OpenFinished();
        directory.VerifyAll();
        LiveRecommender live = LiveRecommender.Open(stored.Folder, models);
        FollowedModel model;
        try
        {
            model = new FollowedModel(stored, live, store, likes, logger);
        }
        catch
        {
            live.Dispose();
            throw;
        }

        try
        {
            await model.RestoreAsync(cancel);
            await model.CatchUpAsync(cancel);
            model.Generation.Quantize();
            return model;
        }
        catch
        {
            model.Generation.Leave();
            throw;
        }
    }

    /// <summary>Why a model knows no items but those of training, a sentence; null where it does.</summary>
    public static string? WhyNoItems(LiveRecommender live)
    {
        try
        {
            live.RequireTakesItems();
            return null;
        }
        catch (InvalidInputException cause)
        {
            return cause.Message;
        }
    }

    /// <summary>Takes in what the log has beyond its position.</summary>
    public async Task CatchUpAsync(CancellationToken cancel)
    {
        while (await _store.Log.ReadAsync(Position, PageSize, cancel) is { Count: > 0 } entries) await ApplyAsync(entries, cancel);
    }

    /// <summary>What it knows, to be kept by <see cref="Save"/>; null where that is kept already.</summary>
    public Snapshot? Take()
    {
        if (_saved == Position) return null;
        Additions additions = Live.Current.Additions;
        int[] removed = [.. additions.Removed.Where(item => item < _runItems).Order()], forgotten = [.. additions.Forgotten.Where(user => user < _runUsers).Order()];
        return new Snapshot(Live.Current.ConfigHash, Identity, Position, removed, forgotten, _histories.All);
    }

    /// <summary>Keeps something in the run's folder; other threads may go on meanwhile.</summary>
    /// <exception cref="InvalidInputException">Another process is writing there.</exception>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void Save(Snapshot snapshot)
    {
        snapshot.Write(SnapshotFolder);
        Snapshot.DropOldest(Stored.Folder);
        Volatile.Write(ref _saved, snapshot.Position);
    }

    /// <summary>Deletes what a generation kept that is followed no longer, so that nobody would take erased users out of it.</summary>
    /// <returns>The folder in which something stays, as the system does not let it go; null for none.</returns>
    public static string? Drop(StoredGeneration unserved, Store store) => Snapshot.DeleteAll(SnapshotFolderOf(unserved, store));

    /// <summary>What tells the store and its namespace from others; no secret.</summary>
    private string Identity => IdentityOf(_store);

    private static string IdentityOf(Store store) => store.HashOf("snapshots");

    private static string SnapshotFolderOf(StoredGeneration stored, Store store) =>
        Path.Combine(stored.Folder, $"{Snapshot.FolderPrefix}{store.Name}-{IdentityOf(store)[..8]}");

    /// <summary>Begins with what was kept, and with the catalog.</summary>
    private async Task RestoreAsync(CancellationToken cancel)
    {
        TrainedRun run = Live.Current;
        if (await FindSnapshotAsync(cancel) is { } kept)
        {
            Position = _saved = kept.Position;
            Live.RemoveItems(kept.Removed.Where(item => item < run.ItemCount).Select(run.ItemId));
            Live.ForgetUsers(kept.Forgotten.Where(user => user < run.UserCount));
            foreach ((string user, ImmutableArray<string> items) in kept.Histories) _histories.Add(user, items);
        }

        foreach ((int user, UserNews news) in Live.Current.Additions.News) _histories.Add(run.UserId(user), news.Items.Select(run.ItemId));
        string? after = null;
        while (await _store.Items.PageAsync(after, PageSize, query: null, cancel) is { Count: > 0 } page)
        {
            Put(page, await _store.Items.VectorsAsync(page.Select(item => item.Content.Id), cancel), []);
            after = page[^1].Content.Id;
        }

        SetNews(_histories.All.Keys);
    }

    private async Task<Snapshot?> FindSnapshotAsync(CancellationToken cancel)
    {
        try
        {
            Snapshot? kept = Snapshot.Read(SnapshotFolder);
            bool isOurs = kept is not null && kept.Run == Live.Current.ConfigHash && kept.Store == Identity && kept.Position >= Stored.TrainedTo;
            if (!isOurs) return null;
            if (kept!.Position <= await LogEnd.PositionAsync(_store, cancel)) return kept;
            SnapshotRefused(_logger, Stored.Id, "it is of a log that went on further, as it does where the store was brought back from a backup");
            Snapshot.Delete(SnapshotFolder); // before the log gets there again, by other entries
            return null;
        }
        catch (InvalidInputException cause)
        {
            SnapshotRefused(_logger, Stored.Id, cause.Message);
            return null;
        }
    }

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "The snapshot of generation {Generation} is not used: {Reason}")]
    private static partial void SnapshotRefused(ILogger logger, string generation, string reason);

    [LoggerMessage(EventId = 102, Level = LogLevel.Warning, Message = "Generation {Generation} does not take the vectors of {Count} items; the first: {Reason}")]
    private static partial void VectorsRefused(ILogger logger, string generation, int count, string reason);
}
