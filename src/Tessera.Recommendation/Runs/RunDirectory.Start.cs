using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Runs;

internal sealed partial class RunDirectory
{
    private const string LockName = $"train{AtomicFolder.LockSuffix}";

    /// <summary>Nothing but what a killed process left half-made.</summary>
    private bool IsEmpty => !Directory.Exists(Path) || Directory.EnumerateFileSystemEntries(Path).All(TemporaryFile.IsLeftover);

    /// <summary>Checks, without writing anything, that the folder may take a run.</summary>
    /// <exception cref="InvalidInputException">The folder holds something else, or a run that cannot be started so.</exception>
    /// <param name="config">The run's; null where it is not known yet.</param>
    public void Check(RunConfig? config, RunStart start)
    {
        if (File.Exists(Path)) throw new InvalidInputException($"'{Path}' is a file; expected a folder for the run, so choose another.");
        if (!HoldsRun) CheckWithoutRun(start);
        else if (start == RunStart.New && IsLocked)
            throw InUse(cause: null);
        else if (start == RunStart.New)
            throw new InvalidInputException(
                IsFinished ? $"'{Path}' is not empty: it holds a finished run; choose another folder (--resume shows the results again)."
                : $"'{Path}' is not empty: it holds an unfinished run; continue it (--resume; resume: true from C#), delete it and start again (--restart), or choose another folder.");
        else if (start == RunStart.Restart && IsFinished)
            throw new InvalidInputException(
                $"The run in '{Path}' is finished, and only an unfinished one is started again; choose another folder, or delete this one yourself.");
        else if (start == RunStart.Resume && config?.DifferencesFrom(RunConfig.Read(ConfigFile)) is { Count: > 0 } differences)
            throw new InvalidInputException(
                $"The run in '{Path}' was started with other settings or other data: {string.Join("; ", differences)}; resume it with those, or choose another folder.");
    }

    /// <summary>Keeps other processes from training in the folder, which is created where it does not exist, until the lock is disposed of.</summary>
    /// <exception cref="InvalidInputException">Another process trains there.</exception>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public IDisposable Lock()
    {
        AtomicFolder.RefuseBelowFile(Path);
        return StorageException.Guard($"Folder '{Path}'", () =>
        {
            bool isNew = !Directory.Exists(Path);
            Directory.CreateDirectory(Path);
            return new Hold(TemporaryFile.TryLock(In(LockName)) ?? throw InUse(null), isNew ? Path : null);
        });
    }

    /// <summary>Whether another process holds the lock.</summary>
    public bool IsLocked
    {
        get
        {
            if (!File.Exists(In(LockName))) return false;
            try
            {
                TemporaryFile.Lock(In(LockName)).Dispose();
                return false;
            }
            catch (UnauthorizedAccessException)
            {
                return false;
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    private InvalidInputException InUse(Exception? cause) =>
        new($"Another process is training the run in '{Path}'; wait for it to end, or choose another folder.", cause);

    /// <summary>Makes the folder that of the run: writes its configuration where there is none, or in place of the run to be started again.</summary>
    /// <returns>How many epochs of an earlier run were deleted; null where there was none, or it is continued.</returns>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public int? Begin(RunConfig config, RunStart start) => StorageException.Guard<int?>($"Folder '{Path}'", () =>
    {
        if (HoldsRun && start == RunStart.Resume) return null;
        int? deleted = HoldsRun ? DeleteAllButConfig() : null;
        AtomicFile.WriteText(ConfigFile, config.ToJson()); // last: until then the folder is that of the earlier run
        return deleted;
    });

    private void CheckWithoutRun(RunStart start)
    {
        if (!IsEmpty)
            throw new InvalidInputException(
                $"'{Path}' is not empty and holds no run; choose another folder (--resume and --restart are for the folder of a run).");
        if (start == RunStart.Resume)
            throw new InvalidInputException($"There is no run in '{Path}' to resume; start one by the same command without --resume (resume: false from C#).");
    }

    private int DeleteAllButConfig()
    {
        int epochs = File.Exists(EpochsFile) ? InputFile.ReadLines(EpochsFile).Count() : 0;
        string[] files = [ChecksumFile, ModelFile, EmbeddingsFile, KnownFile, FeaturesFile, LiveFile, BehaviorFile, EpochsFile, .. EncoderFiles];
        foreach (string file in files) File.Delete(file);
        if (Directory.Exists(AdditionsFolder)) Directory.Delete(AdditionsFolder, recursive: true); // they are of the run that was there
        if (Directory.Exists(ReportFolder)) Directory.Delete(ReportFolder, recursive: true);
        if (Directory.Exists(In(CheckpointsName))) Directory.Delete(In(CheckpointsName), recursive: true);
        return epochs;
    }

    /// <summary>A lock, and the folder made for it, which goes with it where nothing has come into it.</summary>
    private sealed class Hold(FileStream file, string? made) : IDisposable
    {
        public void Dispose()
        {
            file.Dispose();
            if (made is not null && Directory.Exists(made) && !Directory.EnumerateFileSystemEntries(made).Any()) Directory.Delete(made);
        }
    }
}
