namespace Tessera.Features.Catalogues;

/// <summary>Files that only their writer reads again; closing one deletes it.</summary>
internal static class TemporaryFile
{
    /// <summary>Makes a file to write and read.</summary>
    public static FileStream Open(string path) =>
        new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16, FileOptions.DeleteOnClose);

    /// <summary>Closes a file whose content is not needed any more; a full disk, which refuses its last bytes, does not matter then.</summary>
    public static void Discard(Stream? file)
    {
        try
        {
            file?.Dispose();
        }
        catch (IOException)
        {
        }
    }
}
