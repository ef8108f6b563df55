using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Compute.Tensors;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Data.Tests.Filtering;

/// <summary>Writes event logs whose users are u0, u1, … and whose items are i0, i1, …</summary>
internal static class MadeEventLog
{
    public static readonly string Content = new('a', 64);

    /// <summary>Up to 9 users and 7 items, often repeated pairs, times 1 to 30 and ratings 1 to 5.</summary>
    public static Gen<Made[]> Events { get; } =
        (from user in Gen.Choose(0, 8)
         from item in Gen.Choose(0, 6)
         from time in Gen.Choose(1, 30)
         from rating in Gen.Choose(1, 5)
         select new Made(user, item, time, rating)).NonEmptyListOf().Select(list => list.ToArray());

    /// <summary>Writes an event log; each item has the title "title of NAME".</summary>
    /// <param name="folder">Where.</param>
    /// <param name="events">In their order of arrival.</param>
    /// <param name="features">Whether the items have features: NUMBER + 1 of the name iNUMBER, none for i1.</param>
    /// <param name="numberFirst">Whether users and items are numbered by their names rather than by their arrival.</param>
    /// <param name="titles">Whether the items have records.</param>
    public static EventLog Write(
        string folder, IReadOnlyList<Made> events, bool features = false, bool numberFirst = false, bool titles = true)
    {
        using (var writer = new EventLogWriter(folder, "made", new JsonObject { ["format"] = "made" }))
        {
            if (numberFirst)
            {
                foreach (int user in events.Select(e => e.User).Distinct().Order()) writer.User($"u{user}");
                foreach (int item in events.Select(e => e.Item).Distinct().Order()) writer.Item($"i{item}");
            }

            foreach (Made e in events) writer.Add(new Event(writer.User($"u{e.User}"), writer.Item($"i{e.Item}"), e.Time, e.Rating));
            foreach (string name in titles ? [.. writer.ItemIds] : Array.Empty<string>())
                writer.AddItem(new ItemRecord(name, new Dictionary<string, string> { ["title"] = $"title of {name}" }, null));
            writer.Complete(new JsonObject { ["step"] = "import" });
        }

        EventLog log = EventLog.Open(folder);
        if (features) WriteFeatures(log);
        return log;
    }

    /// <summary>The pairs of an event log by names, with time and rating.</summary>
    public static IEnumerable<(string User, string Item, long Time, float Rating)> Named(EventLog log) =>
        log.EventsByUser().SelectMany(user => user.Events.ToArray())
            .Select(e => (log.UserIds[e.User], log.ItemIds[e.Item], e.Time, e.Rating));

    /// <summary>The features that an item of a name must have wherever it goes.</summary>
    public static float FeatureOf(string item) => item == "i1" ? 0 : int.Parse(item[1..], null) + 1;

    /// <summary>The content of all files of a folder, by name.</summary>
    public static SortedDictionary<string, string> Files(string folder) =>
        new(Directory.GetFiles(folder).ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(File.ReadAllBytes(file))), StringComparer.Ordinal);

    private static void WriteFeatures(EventLog log)
    {
        var matrix = new Matrix(log.Items, 2);
        for (int item = 0; item < log.Items; item++) matrix.Row(item).Fill(FeatureOf(log.ItemIds[item]));
        var modality = new Modality("image", matrix) { Space = "made space" };
        NpyWriter.Write(FeatureFolder.PathOf(log.Directory, "image"), matrix);
        FeatureManifest.For([.. log.ItemIds])
            .With(FeatureManifestEntry.Of(modality, "made", "3", Content)).Write(log.Directory);
    }
}
