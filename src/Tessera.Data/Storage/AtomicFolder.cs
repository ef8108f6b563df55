namespace Tessera.Data.Storage;

/// <summary>
/// A folder that exists completely or not at all: it is filled beside its place under another name and renamed at the end. A second
/// process that would fill it at the same time is refused.
/// </summary>
internal sealed class AtomicFolder : IDisposable
{
    /// <summary>Suffixes of the name of an unfinished folder, of a folder that is being replaced, and of the lock while it is written.</summary>
    public const string PartialSuffix = ".tessera-partial", ReplacedSuffix = ".old", LockSuffix = ".tessera-lock";

    private const string Remedy = "expected one with room that you may write to, so make room or choose another";
    private readonly string _target;
    private readonly bool _replace;
    private readonly FileStream _lock;

    /// <summary>Permissions of the folder that was in its place; null where there was none, or on Windows.</summary>
    private readonly UnixFileMode? _mode;

    private bool _complete;

    /// <summary>Creates the folder to fill; what a killed process left of it is deleted.</summary>
    /// <param name="directory">Its place, where a link leads to: a folder that is empty or does not exist yet, unless it may be replaced.</param>
    /// <param name="replace">Whether a folder in its place is replaced at the end; it stays as <c>NAME.old</c> until then.</param>
    /// <exception cref="InvalidInputException">There is something in its place, or another process is writing it.</exception>
    /// <exception cref="StorageException">The system refuses.</exception>
    public AtomicFolder(string directory, bool replace = false)
    {
        _target = StorageException.Guard($"Folder '{directory}'", () => AtomicFile.FollowLinks(directory), Remedy);
        _replace = replace;
        Path = _target + PartialSuffix;
        if (!replace) RefuseBelowFile(_target);
        RefuseOccupied();
        _lock = Guarded(Lock);
        try
        {
            _mode = Guarded<UnixFileMode?>(() => OperatingSystem.IsWindows() || !Directory.Exists(_target) ? null : File.GetUnixFileMode(_target));
            if (!replace) RefuseImmovable();
            Guarded(() =>
            {
                Delete(Path);
                Create(Path);
            });
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>The folder to write into.</summary>
    public string Path { get; }

    /// <summary>A file to write into.</summary>
    public string In(string file) => System.IO.Path.Combine(Path, file);

    /// <summary>Moves the folder to its place.</summary>
    /// <exception cref="InvalidInputException">Something has come in its place.</exception>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void Complete()
    {
        RefuseOccupied();
        Guarded(() =>
        {
            string replaced = _target + ReplacedSuffix;
            if (Directory.Exists(_target) && _replace)
            {
                Delete(replaced);
                Directory.Move(_target, replaced);
            }

            if (Directory.Exists(_target)) Directory.Delete(_target);
            Directory.Move(Path, _target);
            if (_replace) Delete(replaced);
        });
        _complete = true;
    }

    /// <summary>Runs code that writes into the folder, and names the folder if the system refuses.</summary>
    /// <exception cref="StorageException">The system refuses, for instance because the disk is full.</exception>
    public T Guarded<T>(Func<T> write) => StorageException.Guard($"Folder '{_target}'", write, Remedy);

    /// <inheritdoc cref="Guarded{T}(Func{T})"/>
    public void Guarded(Action write) => StorageException.Guard($"Folder '{_target}'", write, Remedy);

    /// <summary>Deletes what was written unless the folder is complete.</summary>
    public void Dispose()
    {
        if (!_complete) Delete(Path);
        _lock.Dispose();
    }

    /// <summary>Refuses the path of a folder that leads through a file.</summary>
    /// <exception cref="InvalidInputException">It does.</exception>
    public static void RefuseBelowFile(string directory)
    {
        string? above = System.IO.Path.GetFullPath(directory);
        while ((above = System.IO.Path.GetDirectoryName(above)) is not null)
        {
            if (!File.Exists(above)) continue;
            throw new InvalidInputException(
                $"Folder '{directory}' cannot be written because '{above}' is a file; expected a folder there, so choose another path.");
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private void Create(string folder)
    {
        Directory.CreateDirectory(folder);
        if (_mode is { } mode && !OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, mode);
    }

    private FileStream Lock()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        return TemporaryFile.TryLock(_target + LockSuffix) ?? throw new InvalidInputException(
            $"Folder '{_target}' is being written by another process; {(_replace ? "wait until it ends, then run the command again" : "wait for it, or choose another folder")}.");
    }

    /// <summary>A mount point cannot be renamed, so it is refused before any work.</summary>
    private void RefuseImmovable()
    {
        if (!Directory.Exists(_target)) return;
        try
        {
            Directory.Delete(_target);
            Create(_target);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                $"Folder '{_target}' cannot be replaced ({cause.Message.TrimEnd('.')}), as happens with a mount point; "
                + "expected an ordinary folder, so choose a new one inside it.", cause);
        }
    }

    private void RefuseOccupied()
    {
        if (File.Exists(_target)) throw new InvalidInputException($"'{_target}' is a file; expected a new or an empty folder, so choose another.");
        if (!_replace && Guarded(() => Directory.Exists(_target) && Directory.EnumerateFileSystemEntries(_target).Any()))
            throw new InvalidInputException($"Folder '{_target}' is not empty; expected a new or an empty one, so choose another or empty it.");
    }
}
