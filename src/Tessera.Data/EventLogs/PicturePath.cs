namespace Tessera.Data.EventLogs;

/// <summary>
/// What an item table says of a picture: an address, or a path. In a file it counts from the file's folder where the picture lies
/// beside that folder or below it, so that all may be moved together; in memory it is absolute.
/// </summary>
internal static class PicturePath
{
    /// <summary>Whether it is an address rather than a path.</summary>
    public static bool IsAddress(string image) =>
        image.Contains("://", StringComparison.Ordinal) || image.StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    /// <summary>As a table in a folder names it, made absolute.</summary>
    public static string Absolute(string image, string directory) =>
        IsAddress(image) || image.Contains('\0') ? image : Path.GetFullPath(image, Path.GetFullPath(directory));

    /// <summary>As a table in a folder should name an absolute one.</summary>
    public static string In(string directory, string image)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        string? above = Path.GetDirectoryName(full);
        if (above is null || above == Path.GetPathRoot(above) || !image.StartsWith(above + Path.DirectorySeparatorChar, StringComparison.Ordinal)) return image;
        return Path.GetRelativePath(full, image).Replace(Path.DirectorySeparatorChar, '/');
    }
}
