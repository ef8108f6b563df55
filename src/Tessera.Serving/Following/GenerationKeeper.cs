using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Generations;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Following;

/// <summary>Serves the generations that the store names as champion and challenger, and has them follow the log.</summary>
internal sealed partial class GenerationKeeper(
    [FromKeyedServices] StoreSource source, [FromKeyedServices] ServedGenerations served, [FromKeyedServices] GenerationOpener opener, [FromKeyedServices] LogProgress progress,
    [FromKeyedServices] IOptions<TesseraOptions> options, ILogger<GenerationKeeper> logger) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1), _following = new(1), _saving = new(1);
    private ImmutableArray<FollowedModel> _followed = [];
    private FollowedModel? _ready; // opened before the store names it

    /// <summary>When the model that serves was added; null where none does.</summary>
    public DateTimeOffset? ChampionSince { get; private set; }

    /// <summary>Why what the store names is not served; null where it is.</summary>
    public string? Refusal { get; private set; }

    /// <summary>
    /// Makes the run of the settings the champion, unless the store knows it already and has a champion, or this one was it. The first run's items come into
    /// the catalog.
    /// </summary>
    /// <exception cref="InvalidInputException">It is new, and no finished run, or its folder has too long a name.</exception>
    public async Task RegisterAsync(CancellationToken cancel)
    {
        Store store = await source.OpenAsync();
        string folder = options.Value.ModelFolder;
        IReadOnlyList<StoredGeneration> known = await store.Generations.ListAsync(cancel);
        StoredGeneration? champion = known.FirstOrDefault(generation => generation.State == GenerationState.Champion);
        if (known.FirstOrDefault(generation => generation.Folder == folder) is { } there)
        {
            if (champion is null && there.State == GenerationState.Candidate) await store.Generations.CrownAsync(there.Id, cancel); // an earlier start was cut off
            else if (champion is not null && champion.Folder != folder) OtherChampion(logger, champion.Id, there.Id);
            return;
        }

        var directory = new RunDirectory(folder);
        directory.OpenFinished();
        directory.Verify(directory.MetricsFile);
        string name = Path.GetFileName(folder), id = name;
        for (int next = 2; known.Any(generation => generation.Id == id); next++) id = $"{name}-{next}";
        if (id.Length > OpenGeneration.MaxName)
        {
            throw new InvalidInputException(
                $"The model would be called {SourceText.Quoted(id)} by its run's folder, which has {id.Length:N0} characters; "
                + $"expected {OpenGeneration.MaxName} at most, so give the folder a shorter name.");
        }

        long trainedTo = known.Count == 0 ? await FillCatalogAsync(store, folder, cancel) : 0;
        JsonObject metrics = JsonNode.Parse(InputFile.ReadText(directory.MetricsFile))!.AsObject();
        try
        {
            await store.Generations.AddAsync(new StoredGeneration(id, folder, metrics, trainedTo), cancel);
        }
        catch (InvalidInputException) // another process that starts at the same time may have added it
        {
            if ((await store.Generations.ListAsync(cancel)).All(generation => generation.Folder != folder)) throw;
        }

        await store.Generations.CrownAsync(id, cancel);
        if (champion is not null) Replaced(logger, id, champion.Id);
    }

    /// <summary>
    /// Opens what the store names and is not served yet, or is worn, and swaps; what cannot be opened is refused, and what is served stays. Where nothing is, the latest
    /// generation that served before, or the challenger, is served in the champion's place.
    /// </summary>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    public async Task SyncAsync(CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            await SyncAsync(await source.OpenAsync(), cancel);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Opens a generation, has the store name it, and swaps; where it cannot be served, the store stays as it is.</summary>
    /// <param name="share">Part of the users whom it serves as the challenger, 0 to 1; null for the champion.</param>
    /// <returns>Why it is not served; null where it is.</returns>
    /// <exception cref="InvalidInputException">The share is none.</exception>
    /// <exception cref="StorageException">The store cannot be read or written.</exception>
    public async Task<string?> NameAsync(StoredGeneration wanted, double? share, CancellationToken cancel)
    {
        if (share is { } part) GenerationStore.RequireShare(part);
        await _changing.WaitAsync(cancel);
        try
        {
            Store store = await source.OpenAsync();
            if (share is not null && !await SyncAsync(store, cancel)) return Refusal;
            if (!_followed.Any(model => model.Stored.Id == wanted.Id))
            {
                (_ready, string? refusal) = await OpenAsync(wanted, store, cancel);
                if (_ready is null) return refusal;
            }

            bool isNamed = share is null ? await store.Generations.CrownAsync(wanted.Id, cancel) : await store.Generations.ChallengeAsync(wanted.Id, share.Value, cancel);
            if (!isNamed) return await WhyNotAsync(wanted.Id, store, cancel);
            await SyncAsync(store, cancel);
            return null;
        }
        finally
        {
            if (_ready is not null && !_followed.Contains(_ready)) _ready.Generation.Leave();
            _ready = null;
            _changing.Release();
        }
    }

    /// <summary>Has all served models take in entries of the log.</summary>
    public async Task ApplyAsync(IReadOnlyList<LogEntry> entries, CancellationToken cancel)
    {
        await _following.WaitAsync(cancel);
        try
        {
            foreach (FollowedModel model in _followed) await model.ApplyAsync(entries, cancel);
            progress.Reach(entries[^1].Position);
        }
        finally
        {
            _following.Release();
        }
    }

    /// <summary>Keeps what the served models know, for the next start.</summary>
    /// <param name="urgentOnly">Whether to leave out those that have nothing urgent.</param>
    /// <returns>Whether all of it could be kept.</returns>
    public async Task<bool> SaveAsync(bool urgentOnly, CancellationToken cancel)
    {
        if (urgentOnly && !_followed.Any(model => model.IsUrgent)) return true;
        await _saving.WaitAsync(cancel); // or an earlier snapshot could come over a later one
        try
        {
            bool isKept = true;
            foreach (FollowedModel model in _followed)
                if (!urgentOnly || model.IsUrgent) isKept &= await SaveAsync(model, cancel);
            return isKept;
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <summary>Whether something served is better opened anew, which <see cref="SyncAsync(CancellationToken)"/> does.</summary>
    public bool HasWorn => _followed.Any(model => model.IsWorn);

    /// <summary>
    /// Deletes what generations kept of users that are served no longer, as nobody takes erased users out of it; whoever serves one again reads the log instead.
    /// </summary>
    /// <returns>Whether all of it could be deleted.</returns>
    public async Task<bool> DropUnservedAsync(CancellationToken cancel)
    {
        Store store = await source.OpenAsync();
        return await DropUnservedAsync(store, await store.Generations.ListAsync(cancel), cancel);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _changing.Dispose();
        _following.Dispose();
        _saving.Dispose();
    }

    private async Task<bool> SaveAsync(FollowedModel model, CancellationToken cancel)
    {
        await _following.WaitAsync(cancel);
        Snapshot? snapshot;
        try
        {
            snapshot = _followed.Contains(model) && !model.Generation.IsGone ? model.Take() : null;
        }
        finally
        {
            _following.Release();
        }

        try
        {
            if (snapshot is not null) model.Save(snapshot);
            return true;
        }
        catch (Exception cause) when (cause is InvalidInputException or StorageException)
        {
            SnapshotFailed(logger, model.Stored.Id, cause.Message);
            return false;
        }
    }

    private async Task<bool> DropUnservedAsync(Store store, IReadOnlyList<StoredGeneration> known, CancellationToken cancel)
    {
        await _saving.WaitAsync(cancel); // or one that was served just now could be kept once more
        try
        {
            bool isGone = true;
            foreach (StoredGeneration one in known.Where(one => _followed.All(model => model.Stored.Id != one.Id)))
            {
                if (FollowedModel.Drop(one, store) is not { } folder) continue;
                StillKept(logger, folder, one.Id);
                isGone = false;
            }

            return isGone;
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <summary>Puts the run's items.</summary>
    /// <returns>Position of the last entry of the log that the run has learned of: those of the items, where there is nothing before them.</returns>
    private async Task<long> FillCatalogAsync(Store store, string folder, CancellationToken cancel)
    {
        bool isFirst = await LogEnd.PositionAsync(store, cancel) == 0;
        using TrainedRun run = TrainedRun.Open(folder);
        string usual = run.Directory.DatasetFolder;
        string? dataset = Directory.Exists(usual) ? usual : options.Value.Data;
        if (dataset is null) WithoutData(logger, options.Value.OwnSection);
        await new CatalogFilling(store, run, dataset, logger).PutAsync(cancel);
        return isFirst ? await LogEnd.PositionAsync(store, cancel) : 0;
    }

    /// <summary>Why the store did not name a generation.</summary>
    private static async Task<string> WhyNotAsync(string id, Store store, CancellationToken cancel) => (await store.Generations.ListAsync(cancel)).Any(one => one.Id == id)
        ? $"The model {SourceText.Quoted(id)} is the champion; make another the champion first."
        : $"The model {SourceText.Quoted(id)} was removed meanwhile; choose one of those that GET models lists.";

    /// <summary>Serves what the store names, as far as it can be.</summary>
    /// <returns>Whether the champion is the one that it names.</returns>
    private async Task<bool> SyncAsync(Store store, CancellationToken cancel)
    {
        IReadOnlyList<StoredGeneration> known = await store.Generations.ListAsync(cancel);
        StoredGeneration? crowned = known.FirstOrDefault(one => one.State == GenerationState.Champion);
        Refusal = crowned is null ? "There is no champion; make a model the champion." : null;
        FollowedModel? named = await ObtainAsync(crowned, store, cancel), champion = named;
        if (champion is null && Refusal is { } refusal)
        {
            FollowedModel? inPlace = _followed.IsEmpty ? await ObtainEarlierAsync(known, store, cancel) : _followed[0];
            Refusal = (inPlace, crowned) switch
            {
                (null, _) => refusal,
                (_, null) => $"{refusal} Until then serves '{inPlace.Stored.Id}'.",
                _ => $"{refusal.TrimEnd('.')}. In its place serves '{inPlace.Stored.Id}', until that is mended and the service is started again, or another is made "
                    + "the champion.",
            };
            if (_followed.IsEmpty) champion = inPlace;
        }

        if (champion is null) return false;
        StoredGeneration? wanted = known.FirstOrDefault(one => one.State == GenerationState.Challenger && one.Id != champion.Stored.Id);
        FollowedModel? challenger = null;
        try
        {
            challenger = await ObtainAsync(wanted, store, cancel);
            await ServeAsync(champion, challenger, wanted?.Traffic ?? 0, cancel);
            await DropUnservedAsync(store, known, cancel);
            return named is not null;
        }
        finally
        {
            foreach (FollowedModel unserved in new[] { champion, challenger }.OfType<FollowedModel>().Except(_followed))
                if (unserved != _ready) unserved.Generation.Leave();
        }
    }

    /// <summary>A generation that is followed already or ready to be, and not worn, or is opened; null where it cannot be.</summary>
    private async Task<FollowedModel?> ObtainAsync(StoredGeneration? wanted, Store store, CancellationToken cancel)
    {
        if (wanted is null) return null;
        FollowedModel? known = _followed.Append(_ready).FirstOrDefault(model => model?.Stored.Id == wanted.Id);
        if (known is { IsWorn: false }) return known;
        (FollowedModel? opened, string? refusal) = await OpenAsync(wanted, store, cancel);
        if ((opened ?? known) is null) Refusal = refusal;
        return opened ?? known;
    }

    private async Task<(FollowedModel? Model, string? Refusal)> OpenAsync(StoredGeneration wanted, Store store, CancellationToken cancel)
    {
        try
        {
            Task<FollowedModel> Open() => opener.OpenAsync(wanted, store, cancel);
            return (await (served.Current is null ? Task.Run(Open, cancel) : await LowPriority.RunSoonAsync(Open)), null);
        }
        catch (Exception cause) when (cause is not (StorageException or OperationCanceledException))
        {
            Refused(logger, wanted.Id, cause.Message);
            return (null, $"Generation '{wanted.Id}' is not served: {cause.Message}");
        }
    }

    /// <summary>The latest generation that served before and can be opened, or the challenger, for while the champion cannot be; null for none.</summary>
    private async Task<FollowedModel?> ObtainEarlierAsync(IReadOnlyList<StoredGeneration> known, Store store, CancellationToken cancel)
    {
        foreach (StoredGeneration one in known.Where(one => one.State == GenerationState.Retired).Concat(known.Where(one => one.State == GenerationState.Challenger)))
        {
            if (await ObtainAsync(one, store, cancel) is not { } earlier) continue;
            EarlierServed(logger, one.Id);
            return earlier;
        }

        return null;
    }

    private async Task ServeAsync(FollowedModel champion, FollowedModel? challenger, double share, CancellationToken cancel)
    {
        FollowedModel[] wanted = [champion, .. challenger is null ? Array.Empty<FollowedModel>() : [challenger]];
        await _following.WaitAsync(cancel);
        try
        {
            foreach (FollowedModel model in wanted) await model.CatchUpAsync(cancel);
            served.Serve(champion.Generation, challenger?.Generation, share);
            _followed = [.. wanted];
            ChampionSince = champion.Stored.Created;
            if (challenger is null) Served(logger, champion.Stored.Id);
            else ServedBeside(logger, champion.Stored.Id, challenger.Stored.Id, share);
        }
        finally
        {
            _following.Release();
        }
    }

    [LoggerMessage(
        EventId = 115, Level = LogLevel.Warning,
        Message = "The champion of this store is {Champion}, so {Model}, which the settings name, is not served; make it the champion where that is wanted")]
    private static partial void OtherChampion(ILogger logger, string champion, string model);

    [LoggerMessage(EventId = 116, Level = LogLevel.Warning, Message = "Generation {Model} is new to this store and becomes its champion, in place of {Before}")]
    private static partial void Replaced(ILogger logger, string model, string before);

    [LoggerMessage(EventId = 111, Level = LogLevel.Information, Message = "Generation {Champion} is served")]
    private static partial void Served(ILogger logger, string champion);

    [LoggerMessage(EventId = 114, Level = LogLevel.Information, Message = "Generation {Champion} is served, and generation {Challenger} to a share of {Share} of the users")]
    private static partial void ServedBeside(ILogger logger, string champion, string challenger, double share);

    [LoggerMessage(
        EventId = 117, Level = LogLevel.Warning,
        Message = "What the run was trained on is not known, so the catalog gets the ids and titles of its items alone, and no next generation can be trained; start again with the "
            + "data set ({Section}:Data, or tessera serve --data) to train, and to fill the catalog from it delete the store before")]
    private static partial void WithoutData(ILogger logger, string section);

    [LoggerMessage(
        EventId = 118, Level = LogLevel.Warning,
        Message = "Generation {Generation}, which served before, serves in the champion's place; mend the champion and start again, or make another the champion")]
    private static partial void EarlierServed(ILogger logger, string generation);

    [LoggerMessage(
        EventId = 119, Level = LogLevel.Warning,
        Message = "'{Folder}' cannot be deleted, so it goes on to hold what users did, erased ones too, though generation {Generation} serves no longer; delete it")]
    private static partial void StillKept(ILogger logger, string folder, string generation);

    [LoggerMessage(EventId = 112, Level = LogLevel.Error, Message = "Generation {Generation} is not served: {Reason}")]
    private static partial void Refused(ILogger logger, string generation, string reason);

    [LoggerMessage(EventId = 113, Level = LogLevel.Warning, Message = "What generation {Generation} knows is not kept: {Reason}")]
    private static partial void SnapshotFailed(ILogger logger, string generation, string reason);
}
