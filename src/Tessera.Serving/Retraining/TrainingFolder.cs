using Tessera.Data;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Retraining;

/// <summary>The files of a training that is going on. It begins with its plan: a folder without one was not finished being written.</summary>
/// <param name="Path">Where it is, beside the runs.</param>
internal sealed record TrainingFolder(string Path)
{
    private const string Suffix = ".training", DataName = "dataset";
    private const int DigitsInName = 8;

    /// <summary>The data to train on.</summary>
    public string Data => In(DataName);

    /// <summary>Settings to train with, those of the champion's run.</summary>
    public string Settings => In("settings.json");

    /// <summary>The run that is trained.</summary>
    public string Run => In("run");

    /// <summary>What the training may compute once and keep.</summary>
    public string Cache => In("cache");

    /// <summary>The plan; null where the folder is not whole.</summary>
    public TrainingPlan? Plan => TrainingPlan.Find(Path);

    /// <summary>The data that a run was trained on, where they lie with it.</summary>
    public static string DataOf(string run) => System.IO.Path.Combine(run, DataName);

    /// <summary>The folder of a store's training whose generation will have a name.</summary>
    public static TrainingFolder For(string runs, string name, Store store) => new(System.IO.Path.Combine(runs, name + SuffixOf(store)));

    /// <summary>All folders of a store's trainings that have not ended.</summary>
    public static IReadOnlyList<TrainingFolder> Among(string runs, Store store) =>
        Directory.Exists(runs) ? [.. Directory.GetDirectories(runs, "*" + SuffixOf(store)).Order(StringComparer.Ordinal).Select(path => new TrainingFolder(path))] : [];

    /// <summary>What a plan says of its store.</summary>
    public static string IdentityOf(Store store) => store.HashOf("retraining");

    /// <summary>Makes the finished run, with its data and its plan, one of the runs, all at once.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void MoveRun(string target) => StorageException.Guard($"Folder '{target}'", () =>
    {
        if (Directory.Exists(Data)) Directory.Move(Data, DataOf(Run));
        Plan!.Write(Run);
        Directory.Move(Run, target);
    });

    /// <summary>Deletes a folder as far as that is possible; what is still in use goes another time.</summary>
    public static void Delete(string path)
    {
        try
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // Somebody reads there, on a system that does not let go.
        }
    }

    private static string SuffixOf(Store store) => $".{IdentityOf(store)[..DigitsInName]}{Suffix}";

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
