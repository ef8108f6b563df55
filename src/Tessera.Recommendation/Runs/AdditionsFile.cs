using System.Collections.Immutable;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Runs;

/// <summary>Additions in the folder <c>additions</c> of a run: <c>additions.json</c>, the vectors of items and users, and checksums.</summary>
internal static class AdditionsFile
{
    private const string RecordName = "additions.json", VectorsName = "vectors.safetensors";
    private const string PlacedName = "items", GatheredName = "gathered", DegreesName = "degrees", UsersName = "users";
    private const int MostAttempts = 100;
    private const string Remedy = "expected what Tessera saved; restore the folder, or delete it to go back to what was trained";

    /// <summary>What tells the saved additions from those of another time; null where none are saved.</summary>
    private static string? Version(TrainedRun run)
    {
        if (FolderOf(run) is not { } folder) return null;
        try
        {
            return Checksums.Of(Path.Combine(folder, Checksums.FileName));
        }
        catch (InvalidInputException)
        {
            return ""; // there are none: reading says so
        }
    }

    /// <summary>Writes the folder whole, over the one that was there.</summary>
    /// <param name="expected"><see cref="Additions.Saved"/> of what it replaces.</param>
    /// <returns><see cref="Additions.Saved"/> of what was written.</returns>
    /// <exception cref="InvalidInputException">Another process is writing it, or has written something else.</exception>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static string? Write(TrainedRun run, string? expected)
    {
        Additions additions = run.Additions;
        int width = run.HasVectors ? run.Embeddings.Items.Columns : 0;
        int[] placed = [.. additions.Placed.Keys], users = [.. additions.News.Keys.Order()];
        bool hasGathered = additions.Placed.Values.Any(item => item.Gathered is not null);
        using Matrix items = Stacked(width, placed, item => additions.Vectors!.Row(item).ToArray());
        using Matrix gathered = Stacked(width, hasGathered ? placed : [], item => additions.Placed[item].Gathered!);
        using Matrix degrees = Stacked(1, placed, item => [additions.Placed[item].Degree]), news = Stacked(width, users, user => additions.News[user].Vector);
        KeyValuePair<string, int[]>[] given = [.. additions.Placed.SelectMany(item => item.Value.Features.Keys.Select(modality => (modality, item.Key)))
            .GroupBy(pair => pair.modality, pair => pair.Key).Select(items => KeyValuePair.Create(items.Key, items.ToArray()))];
        using var folder = new AtomicFolder(run.Directory.AdditionsFolder, replace: true);
        if (Version(run) != expected)
            throw new InvalidInputException(
                $"Another process has changed the items or users of the run in '{run.Directory.Path}' meanwhile, and saving would undo that; run the command again, or in C# open the run again.");
        folder.Guarded(() =>
        {
            string record = JsonRecord.Write(folder.In(RecordName), new Record(
                run.ConfigHash, placed, [.. additions.Items.Select(item => new ItemRecord(item.Id) { Title = item.Title })],
                [.. additions.Hidden.Order()], [.. additions.Removed.Order()], [.. additions.Users],
                [.. users.Select(user => new NewsRecord(user, additions.News[user].Items))])
            {
                Titles = [.. additions.Titles.OrderBy(title => title.Key).Select(title => new TitleRecord(title.Key, title.Value))],
                Features = new Dictionary<string, int[]>(given),
            });
            (string, Matrix)[] features = [.. given.Select(modality => (FeaturesOf(modality.Key), Stacked(
                additions.Placed[modality.Value[0]].Features[modality.Key].Length, modality.Value, item => additions.Placed[item].Features[modality.Key])))];
            string vectors = SafetensorsWriter.Write(
                folder.In(VectorsName), [(PlacedName, items), (GatheredName, gathered), (DegreesName, degrees), (UsersName, news), .. features]);
            foreach ((_, Matrix rows) in features) rows.Dispose();
            Checksums.Write(folder.Path, [(RecordName, record), (VectorsName, vectors)]);
        });
        folder.Complete();
        return Version(run);
    }

    /// <summary>What was saved in a run's folder; null where nothing was.</summary>
    /// <exception cref="InvalidInputException">It is damaged, or another run's.</exception>
    public static Additions? Read(TrainedRun run)
    {
        for (int attempt = 1; ; attempt++)
        {
            string? version = Version(run);
            try
            {
                Additions? read = ReadOnce(run);
                if (Version(run) == version) return read is null ? null : read with { Saved = version };
            }
            catch (Exception cause) when (cause is InvalidInputException or IOException && (IsBeingReplaced(run) ? attempt < MostAttempts : Version(run) != version))
            {
                Thread.Sleep(1); // another process saves
            }
        }
    }

    private static Additions? ReadOnce(TrainedRun run)
    {
        if (FolderOf(run) is not { } folder) return null;
        if (Checksums.FindDamage(folder, RecordName, VectorsName) is { } damage) throw new InvalidInputException($"'{folder}' is damaged ({damage}); {Remedy}.");
        string path = Path.Combine(folder, RecordName);
        Record record = JsonRecord.ReadIfPresent<Record>(path, "does not say what came to the run", Remedy)
            ?? throw new InvalidInputException($"'{folder}' has no {RecordName} any more; {Remedy}."); // such as while another process saves
        if (record.Run != run.ConfigHash) throw new InvalidInputException($"'{path}' was saved for another run; {Remedy}.");
        using SafetensorsReader file = SafetensorsReader.Open(Path.Combine(folder, VectorsName));
        using Matrix items = file.ReadTensor(PlacedName), gathered = file.ReadTensor(GatheredName), degrees = file.ReadTensor(DegreesName), users = file.ReadTensor(UsersName);
        Matrix? vectors = null; // of an item-based model, which takes no new items
        if (run.HasVectors)
        {
            vectors = new Matrix(run.TrainedItems + record.Items.Count, run.Embeddings.Items.Columns);
            run.Embeddings.Items.Span.CopyTo(vectors.Span);
            foreach ((int row, int item) in record.Placed.Index()) items.Row(row).CopyTo(vectors.Row(item));
        }

        var features = new Dictionary<int, Dictionary<string, float[]>>();
        foreach ((string modality, int[] given) in record.Features)
        {
            using Matrix rows = file.ReadTensor(FeaturesOf(modality));
            foreach ((int row, int item) in given.Index())
            {
                features.TryAdd(item, []);
                features[item].Add(modality, rows.Row(row).ToArray());
            }
        }

        return new Additions
        {
            Items = [.. record.Items.Select(item => new AddedItem(item.Id, item.Title))],
            ItemNumbers = record.Items.Index().Where(item => !record.Removed.Contains(run.TrainedItems + item.Index))
                .ToImmutableDictionary(item => item.Item.Id, item => run.TrainedItems + item.Index),
            Vectors = vectors,
            Room = vectors,
            Titles = record.Titles.ToImmutableDictionary(title => title.Item, title => title.Title),
            Placed = record.Placed.Index().ToImmutableSortedDictionary(
                item => item.Item, item => new PlacedItem(gathered.Rows > 0 ? gathered.Row(item.Index).ToArray() : null, degrees[item.Index, 0])
                {
                    Features = features.GetValueOrDefault(item.Item, []),
                }),
            Hidden = [.. record.Hidden],
            Removed = [.. record.Removed],
            Users = [.. record.Users],
            UserNumbers = record.Users.Index().ToImmutableDictionary(user => user.Item, user => run.TrainedUsers + user.Index),
            News = record.News.Index().ToImmutableDictionary(user => user.Item.User, user => new UserNews([.. user.Item.Items], users.Row(user.Index).ToArray())),
        };
    }

    /// <summary>Whether the folder has been moved away for another, which is there in a moment unless the process that replaces it was killed.</summary>
    private static bool IsBeingReplaced(TrainedRun run) => !Directory.Exists(run.Directory.AdditionsFolder);

    /// <summary>The folder, or the earlier one that a process was replacing when it was killed; null where there is none.</summary>
    private static string? FolderOf(TrainedRun run)
    {
        string folder = run.Directory.AdditionsFolder;
        return new[] { folder, folder + AtomicFolder.ReplacedSuffix, folder }.FirstOrDefault(Directory.Exists); // which may come between two looks
    }

    private static string FeaturesOf(string modality) => $"features.{modality}";

    private static Matrix Stacked(int width, int[] numbers, Func<int, float[]> row)
    {
        var stacked = new Matrix(numbers.Length, width);
        foreach ((int place, int number) in numbers.Index()) row(number).CopyTo(stacked.Row(place));
        return stacked;
    }

    private sealed record Record(
        string Run, IReadOnlyList<int> Placed, IReadOnlyList<ItemRecord> Items, IReadOnlyList<int> Hidden, IReadOnlyList<int> Removed,
        IReadOnlyList<string> Users, IReadOnlyList<NewsRecord> News)
    {
        public IReadOnlyList<TitleRecord> Titles { get; init; } = [];

        /// <summary>Items of which features were given, by modality, in the order of their rows.</summary>
        public IReadOnlyDictionary<string, int[]> Features { get; init; } = new Dictionary<string, int[]>();
    }

    private sealed record TitleRecord(int Item, string Title);

    private sealed record ItemRecord(string Id)
    {
        public string? Title { get; init; }
    }

    private sealed record NewsRecord(int User, IReadOnlyList<int> Items);
}
