using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Catalog;
using Tessera.Serving.Following;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Retraining;

/// <summary>
/// Makes the next generation: writes down what to train on, has it trained by the settings of the champion's run, measures both, and crowns the new one if it
/// is at least as good. Each step is done once, so that after a stop or a kill the same call goes on.
/// </summary>
/// <remarks>
/// A user who is erased while a training goes on is forgotten by the generation as soon as it is served, and left out of the next training. Of the generations
/// that came of trainings, champion and challenger aside, the latest <see cref="Kept"/> are kept to go back to; the folders of older ones are deleted, those of
/// runs that were trained otherwise never.
/// </remarks>
internal sealed class GenerationMaker(
    ModelCatalog models, [FromKeyedServices] ItemVectors encoders, TrainingProcess process, [FromKeyedServices] IOptions<TesseraOptions> options,
    TimeProvider time)
{
    /// <summary>How many generations that are not served are kept.</summary>
    public const int Kept = 3;

    private const int UsersAtATime = 1000, LongestName = 80;
    private const double Prepared = 0.05, Trained = 0.95;

    private string Model => options.Value.ModelFolder;

    /// <summary>Where runs and trainings lie side by side.</summary>
    private string Runs => Path.GetDirectoryName(Model) ?? Model;

    /// <summary>Whether a training was begun and not ended.</summary>
    public bool HasUnfinished(Store store) => TrainingFolder.Among(Runs, store).Any(folder => folder.Plan is not null);

    /// <summary>Makes it. The caller holds the store's lock of the one trainer.</summary>
    /// <param name="report">Told from time to time which part is done, 0 to 1.</param>
    /// <returns>What came of it: <c>generation</c>, <c>crowned</c>, <c>note</c> and the figures of <see cref="Verdict.ToJson"/>.</returns>
    /// <exception cref="InvalidInputException">There is no champion, its data are not at hand, or they cannot be trained on.</exception>
    /// <exception cref="StorageException">Store or disk refuse.</exception>
    public async Task<JsonObject> MakeAsync(Store store, Func<double, Task> report, CancellationToken cancel)
    {
        StoredGeneration champion = await ChampionAsync(store, cancel);
        await TidyAsync(store, champion, cancel);
        TrainingFolder? folder = TrainingFolder.Among(Runs, store) is [var begun, ..] ? begun : await PrepareAsync(store, champion, cancel);
        if (folder?.Plan is not { } plan)
            return new JsonObject { ["crowned"] = false, ["note"] = $"Nothing has changed since generation '{champion.Id}' was trained, so there is nothing new to learn." };
        string target = Path.Combine(Runs, plan.Name);
        try
        {
            if (!Directory.Exists(target))
            {
                int epochs = Math.Max(1, RunResult.Read(new RunDirectory(champion.Folder).MetricsFile).Epochs);
                await process.RunAsync(folder, epochs, done => report(Prepared + ((Trained - Prepared) * done)), cancel);
                folder.MoveRun(target);
            }

            await report(Trained);
            Verdict verdict = await LowPriority.RunAsync(() => Verdict.Of(target, champion.Folder, plan.Changed, models, cancel));
            JsonObject result = await EnterAsync(store, champion, plan, target, verdict, cancel);
            TrainingFolder.Delete(folder.Path);
            await TidyAsync(store, await ChampionAsync(store, cancel), cancel);
            return result;
        }
        catch (Exception cause) when (cause is not StorageException && !cancel.IsCancellationRequested)
        {
            Discard(folder, await store.Generations.ListAsync(cancel)); // it would fail again
            throw;
        }
    }

    private static async Task<StoredGeneration> ChampionAsync(Store store, CancellationToken cancel) =>
        (await store.Generations.ListAsync(cancel)).FirstOrDefault(one => one.State == GenerationState.Champion)
        ?? throw new InvalidInputException("There is no champion to train the next generation by; crown one first.");

    private static async Task<JsonObject> EnterAsync(
        Store store, StoredGeneration champion, TrainingPlan plan, string target, Verdict verdict, CancellationToken cancel)
    {
        JsonObject result = verdict.ToJson(champion.Id);
        if ((await store.Generations.ListAsync(cancel)).All(one => one.Id != plan.Name))
            await store.Generations.AddAsync(new StoredGeneration(plan.Name, target, result.DeepClone().AsObject(), plan.TrainedTo), cancel);
        bool isOvertaken = (await ChampionAsync(store, cancel)).Id != champion.Id;
        bool crowned = verdict.IsAtLeastAsGood && !isOvertaken && await store.Generations.CrownAsync(plan.Name, cancel);
        result["generation"] = plan.Name;
        result["crowned"] = crowned;
        result["note"] = isOvertaken ? "Another generation became champion meanwhile, so the new one stays a candidate." : verdict.ToString();
        return result;
    }

    /// <summary>Writes down what is to be trained on; null where that is what the champion was trained on.</summary>
    private async Task<TrainingFolder?> PrepareAsync(Store store, StoredGeneration champion, CancellationToken cancel)
    {
        string source = DataOf(champion);
        using TrainedRun run = TrainedRun.Open(champion.Folder);
        Dataset trained = await LowPriority.RunAsync(() =>
        {
            Dataset all = DatasetReader.Read(source, cancel);
            run.RequireTrainedOn(all, source);
            return all.WithModalities([.. run.Config.Modalities]);
        });
        long end = await LogEnd.PositionAsync(store, cancel);
        LoggedChanges changes = await LoggedChanges.ReadAsync(
            store, champion.TrainedTo, end, GenerationOpener.LikesOf(options.Value), item => run.TryFindEvenRemoved(item) < run.TrainedItems, cancel);
        IReadOnlyList<TrainingItem> catalog = await TrainingItem.ReadAsync(store, run, champion.TrainedTo, trained.Modalities, encoders, cancel);
        string[] users = [.. Enumerable.Range(0, run.UserCount).Select(run.UserId), .. changes.Likes.Keys.Select(like => like.User)];
        HashSet<string> erased = [];
        foreach (string[] some in users.Distinct().Chunk(UsersAtATime)) erased.UnionWith(await store.Users.ErasedAsync(some, cancel));

        string name = NewName();
        TrainingFolder folder = TrainingFolder.For(Runs, name, store);
        string[] changed = [.. catalog.Where(item => item.Features.Count > 0 && run.TryFindItem(item.Id) is not null).Select(item => item.Id)];
        return await LowPriority.RunAsync<TrainingFolder?>(() =>
        {
            Dataset data = new TrainingData(trained, run, changes, catalog, user => changes.WasErased(user, store), erased.Contains, champion.Id).Create();
            if (DatasetFingerprint.Of(data) == run.Config.DataFingerprint) return null;
            TrainingDataWriter.Write(data, source, folder.Data);
            AtomicFile.WriteText(folder.Settings, run.Config.ToJson());
            new TrainingPlan(name, TrainingFolder.IdentityOf(store), champion.Id, end, changed).Write(folder.Path);
            return folder;
        });
    }

    /// <summary>The data that the champion was trained on.</summary>
    private string DataOf(StoredGeneration champion)
    {
        string own = TrainingFolder.DataOf(champion.Folder);
        if (Directory.Exists(own)) return own;
        return champion.Folder == Model && options.Value.Data is { } given ? given : throw new InvalidInputException(
            $"The data that generation '{champion.Id}' was trained on are not at hand: there is no '{own}'; "
            + $"expected it there, or for the run of the settings in the folder that {options.Value.OwnSection}:Data names.");
    }

    private string NewName()
    {
        string model = Path.GetFileName(Model), stem = $"{(model.Length > LongestName ? model[..LongestName] : model)}-{time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
        string name = stem;
        for (int next = 2; Directory.Exists(Path.Combine(Runs, name)); next++) name = $"{stem}-{next.ToString(CultureInfo.InvariantCulture)}";
        return name;
    }

    /// <summary>Deletes generations that are too many, and what trainings left that cannot be gone on with.</summary>
    private async Task TidyAsync(Store store, StoredGeneration champion, CancellationToken cancel)
    {
        string identity = TrainingFolder.IdentityOf(store);
        IReadOnlyList<StoredGeneration> known = await store.Generations.ListAsync(cancel);
        IEnumerable<StoredGeneration> old = known
            .Where(one => one.State is GenerationState.Candidate or GenerationState.Retired && TrainingPlan.Find(one.Folder)?.Store == identity).Skip(Kept);
        foreach (StoredGeneration one in old)
            if (await store.Generations.RemoveAsync(one.Id, cancel)) TrainingFolder.Delete(one.Folder);

        foreach (TrainingFolder folder in TrainingFolder.Among(Runs, store))
            if (folder.Plan is not { } plan || !await CanGoOnAsync(store, plan, champion, cancel)) Discard(folder, known);
    }

    private void Discard(TrainingFolder folder, IReadOnlyList<StoredGeneration> known)
    {
        if (folder.Plan is { } plan && known.All(one => one.Id != plan.Name)) TrainingFolder.Delete(Path.Combine(Runs, plan.Name));
        TrainingFolder.Delete(folder.Path);
    }

    /// <summary>Whether a training is still of the champion, and of no user who was erased since.</summary>
    private static async Task<bool> CanGoOnAsync(Store store, TrainingPlan plan, StoredGeneration champion, CancellationToken cancel) => plan.Champion == champion.Id
        && !(await LoggedChanges.ReadAsync(store, plan.TrainedTo, long.MaxValue, new HashSet<string>(), _ => true, cancel)).HasErasures;
}
