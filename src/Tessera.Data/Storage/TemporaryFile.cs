namespace Tessera.Data.Storage;

/// <summary>Files for one process alone; closing one deletes it.</summary>
internal static class TemporaryFile
{
    private const int LockAttempts = 20;

    /// <summary>Makes a file to write and to read again.</summary>
    public static FileStream Open(string path) =>
        new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16, FileOptions.DeleteOnClose);

    /// <summary>Makes an empty file that only one process can hold at a time.</summary>
    /// <exception cref="IOException">Another process holds it, or the system refuses.</exception>
    public static FileStream Lock(string path) => TryLock(path) ?? throw new IOException($"Another process holds '{path}'.");

    /// <summary>Makes an empty file that only one process can hold at a time; null where another process holds it.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static FileStream? TryLock(string path)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
                if (File.Exists(path) || attempt == LockAttempts) return file;
                file.Dispose(); // who held it has deleted it meanwhile, so that another may hold a new one
            }
            catch (IOException) when (File.Exists(path))
            {
                return null;
            }
            catch (IOException) when (attempt < LockAttempts)
            {
                // Whoever held it has let go of it meanwhile.
            }
        }
    }

    /// <summary>Whether a file or folder is one that writing leaves behind when the process is killed; the next writing overwrites it.</summary>
    public static bool IsLeftover(string path) =>
        path.EndsWith(AtomicFile.TemporarySuffix, StringComparison.Ordinal)
        || path.EndsWith(AtomicFolder.PartialSuffix, StringComparison.Ordinal) || path.EndsWith(AtomicFolder.LockSuffix, StringComparison.Ordinal);
}
