using Tessera.Recommendation.Runs;

namespace Tessera.Benchmarks.Serving;

/// <summary>A made-up run to serve, and what it is of.</summary>
internal sealed class ServedShop
{
    public const int Users = 20_000;

    /// <summary>What an item is known by.</summary>
    public static readonly (string Name, int Dimensions)[] Modalities = [("image", 256), ("text", 128)];

    public ServedShop(string folder, int items)
    {
        (Items, Run, Database) = (items, Path.Combine(folder, $"run-{items}"), Path.Combine(folder, $"store-{items}.db"));
        var directory = new RunDirectory(Run);
        if (directory.IsFinished) return;
        Directory.CreateDirectory(Run);
        MadeUpRun.Make(directory, Users, items, Modalities);
    }

    /// <summary>Number of items.</summary>
    public int Items { get; }

    /// <summary>Folder of the run.</summary>
    public string Run { get; }

    /// <summary>File to store in.</summary>
    public string Database { get; }

    /// <summary>The store, as the server takes it.</summary>
    public string Store => $"sqlite:{Database}";

    /// <summary>Leaves nothing of what was stored.</summary>
    public void Clear()
    {
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(Database)!, Path.GetFileName(Database) + "*")) File.Delete(file);
        foreach (string snapshot in Directory.GetDirectories(Run, "served-*")) Directory.Delete(snapshot, recursive: true);
    }
}
