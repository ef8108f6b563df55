using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Finds the items' pictures: where the table names them, or in a folder, at any depth, under the names of the items.</summary>
internal sealed class ItemPictures
{
    private const int MaxSamples = 100;
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"];
    private readonly string _table, _tableFolder;
    private readonly string? _folder;

    /// <summary>The pictures of the folder by their names without extension.</summary>
    private readonly Dictionary<string, string> _named = new(StringComparer.Ordinal);

    /// <summary>Some of the records whose pictures were not found, and where they were expected.</summary>
    private readonly List<(ItemRecord Record, string? Path)> _lacking = [];

    private long _found, _missing;

    /// <param name="table">The item table, from whose folder paths count.</param>
    /// <param name="folder">Folder of pictures, or null.</param>
    /// <exception cref="InvalidInputException">There is no such folder, or no picture in it.</exception>
    public ItemPictures(string table, string? folder)
    {
        _table = table;
        _tableFolder = Path.GetDirectoryName(Path.GetFullPath(table))!;
        _folder = folder;
        if (folder is null) return;
        if (!Directory.Exists(folder))
            throw new InvalidInputException($"There is no folder '{folder}'; expected one with a picture such as ITEM.jpg for each item, so check --images.");
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true };
        foreach (string picture in Directory.EnumerateFiles(Path.GetFullPath(folder), "*", everywhere))
        {
            if (!Extensions.Contains(Path.GetExtension(picture), StringComparer.OrdinalIgnoreCase)) continue;
            string name = Path.GetFileNameWithoutExtension(picture);
            if (!_named.TryGetValue(name, out string? other) || string.CompareOrdinal(picture, other) < 0) _named[name] = picture;
        }

        if (_named.Count == 0)
            throw new InvalidInputException(
                $"'{folder}' holds no picture; expected some with the names of items such as ITEM.jpg ({string.Join(", ", Extensions)}), so check --images.");
    }

    /// <summary>Adds the absolute path of its picture to a record that has an address, a path as the table has it, or neither.</summary>
    public ItemRecord Locate(ItemRecord record)
    {
        string? image = string.IsNullOrWhiteSpace(record.Image) ? null : record.Image.Trim();
        string? path = image is null || PicturePath.IsAddress(image) ? null : FromTable(image);
        string? found = (image is null ? null : InFolder(image)) ?? _named.GetValueOrDefault(record.Id) ?? (File.Exists(path) ? path : null);
        if (found is not null) _found++;
        else if (path is not null || (_folder is not null && image is null))
        {
            _missing++;
            if (_lacking.Count < MaxSamples) _lacking.Add((record, path));
        }

        return record with { Image = found ?? path ?? image };
    }

    /// <summary>Judges what was found.</summary>
    /// <returns>A remark where pictures are missing, else null.</returns>
    /// <exception cref="InvalidInputException">All are.</exception>
    public string? Verdict()
    {
        if (_missing == 0) return null;
        string place = _folder is null ? "on the disk" : $"in {_folder}", name = Path.GetFileName(_table);
        (ItemRecord record, string? path) = _lacking[0];
        string sample = $"item {SourceText.Quoted(record.Id)} has {(path is null ? "none of that name" : $"'{path}'")}"
            + (_folder is null ? "" : $", the folder has for instance '{Path.GetFileName(_named.Values.First())}'");
        if (_found == 0)
        {
            throw new InvalidInputException(
                $"No picture of the items of '{_table}' was found {place}: {sample}; "
                + $"expected {(_folder is null ? "paths that count from the table's folder" : "pictures such as ITEM.jpg")}, so {Remedy()}.");
        }

        string missing = $"No picture {place} for {SourceText.Counted(_missing, "item")} of {name}";
        return _missing <= _found ? $"{missing}." : $"{missing}, more than half: {sample}; if this is not meant, {Remedy()}.";
    }

    private string Remedy()
    {
        string? column = _lacking.SelectMany(lacking => lacking.Record.Texts).Where(text => IsPicture(text.Value))
            .CountBy(text => text.Key).OrderByDescending(count => count.Value).FirstOrDefault().Key;
        return column is not null ? $"name the table's column {SourceText.Quoted(column)}, which holds them, with --image-column"
            : _folder is null ? "move the pictures there or name their folder with --images"
            : "rename the pictures or name another folder";
    }

    private bool IsPicture(string text) =>
        text.Length <= ExternalId.MaxLength && !text.Contains('\0') && (InFolder(text) is not null || File.Exists(FromTable(text)));

    /// <summary>The picture in the folder whose file name a path, an address or a bare name ends with.</summary>
    private string? InFolder(string image)
    {
        string name = image[(image.LastIndexOfAny(['/', '\\']) + 1)..];
        return _named.GetValueOrDefault(Path.GetFileNameWithoutExtension(name)) ?? _named.GetValueOrDefault(name);
    }

    private string FromTable(string image)
    {
        string path = Path.GetFullPath(image, _tableFolder);
        return image.Contains('\\') && !File.Exists(path) ? Path.GetFullPath(image.Replace('\\', '/'), _tableFolder) : path;
    }
}
