namespace Tessera.Data.Storage;

/// <summary>
/// A folder that is there whole or not at all: it is filled beside its place under another name and renamed at the end. A second
/// process that would fill it at the same time is refused.
/// </summary>
public sealed class WholeFolder : IDisposable
{
    private const string Suffix = ".tessera-partial", LockSuffix = ".tessera-lock";
    private readonly string _target;
    private readonly FileStream _lock;
    private bool _complete;

    /// <summary>Creates the folder to fill; what a killed process left of it is deleted.</summary>
    /// <param name="directory">Where it shall be: a folder that is empty or does not exist yet.</param>
    /// <exception cref="InvalidInputException">There is something in its place, or the system refuses.</exception>
    public WholeFolder(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        _target = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(directory));
        Path = _target + Suffix;
        RefuseOccupied();
        _lock = Lock();
        try
        {
            RefuseImmovable();
            Guarded(() =>
            {
                if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
                Directory.CreateDirectory(Path);
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
    /// <exception cref="InvalidInputException">Something has come in its place, or the system refuses.</exception>
    public void Complete()
    {
        RefuseOccupied();
        Guarded(() =>
        {
            if (Directory.Exists(_target)) Directory.Delete(_target);
            Directory.Move(Path, _target);
        });
        _complete = true;
    }

    /// <summary>Does some writing in the folder and says so where the system refuses.</summary>
    /// <exception cref="InvalidInputException">The system refuses, for instance because the disk is full.</exception>
    public void Guarded(Action write)
    {
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            write();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(cause);
        }
    }

    /// <summary>The sentence for a refusal of the system to write in the folder.</summary>
    internal InvalidInputException Unwritable(Exception cause) =>
        new($"Folder '{_target}' cannot be written ({cause.Message.TrimEnd('.')}); "
            + "expected one with room that you may write to, so make room or choose another.", cause);

    /// <summary>Deletes what was written unless the folder is complete.</summary>
    public void Dispose()
    {
        if (!_complete && Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
        _lock.Dispose();
    }

    private FileStream Lock()
    {
        FileStream? file = null;
        Guarded(() =>
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            try
            {
                file = TemporaryFile.Lock(_target + LockSuffix);
            }
            catch (IOException cause) when (File.Exists(_target + LockSuffix))
            {
                throw new InvalidInputException($"Folder '{_target}' is being written by another process; wait for it, or choose another folder.", cause);
            }
        });
        return file!;
    }

    /// <summary>Where something is mounted there is no renaming.</summary>
    private void RefuseImmovable()
    {
        if (!Directory.Exists(_target)) return;
        try
        {
            Directory.Delete(_target);
            Directory.CreateDirectory(_target);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"Folder '{_target}' cannot be replaced ({cause.Message.TrimEnd('.')}), as where something is mounted; "
                + "expected an ordinary one, so choose a new folder in it.", cause);
        }
    }

    private void RefuseOccupied()
    {
        if (File.Exists(_target)) throw new InvalidInputException($"'{_target}' is a file; expected a new or an empty folder, so choose another.");
        bool occupied = false;
        Guarded(() => occupied = Directory.Exists(_target) && Directory.EnumerateFileSystemEntries(_target).Any());
        if (occupied) throw new InvalidInputException($"Folder '{_target}' is not empty; expected a new or an empty one, so choose another or empty it.");
    }
}
