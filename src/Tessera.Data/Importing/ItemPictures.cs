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

    private readonly string _before;

    /// <summary>The pictures of the folder by their names with extension and without.</summary>
    private readonly Dictionary<string, Match> _files = new(StringComparer.Ordinal), _names = new(StringComparer.Ordinal);

    /// <summary>Some of the records whose pictures were not found, and where they were expected.</summary>
    private readonly List<(ItemRecord Record, string? Path)> _lacking = [];

    private (string Item, Match Match)? _unclear;
    private long _records, _found, _missing, _unclearCount;

    /// <param name="table">The item table, from whose folder paths count.</param>
    /// <param name="folder">Folder of pictures, or null.</param>
    /// <param name="before">How a remedy begins that names the pictures' column.</param>
    /// <exception cref="InvalidInputException">There is no such folder, or no picture in it.</exception>
    public ItemPictures(string table, string? folder, string before = "")
    {
        _table = table;
        _tableFolder = Path.GetDirectoryName(Path.GetFullPath(table))!;
        _folder = folder;
        _before = before;
        if (folder is null) return;
        if (!Directory.Exists(folder))
            throw new InvalidInputException($"There is no folder '{folder}'; expected one with a picture such as ITEM.jpg for each item, so check --images.");
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true };
        foreach (string picture in Directory.EnumerateFiles(Path.GetFullPath(folder), "*", everywhere))
        {
            if (!IsOfPicture(picture)) continue;
            Add(_files, Path.GetFileName(picture), picture);
            Add(_names, Path.GetFileNameWithoutExtension(picture), picture);
        }

        if (_files.Count == 0)
            throw new InvalidInputException(
                $"'{folder}' holds no picture; expected some with the names of items such as ITEM.jpg ({string.Join(", ", Extensions)}), so check --images.");
    }

    /// <summary>Adds the absolute path of its picture to a record that has an address, a path as the table has it, or neither.</summary>
    public ItemRecord Locate(ItemRecord record)
    {
        _records++;
        string? image = string.IsNullOrWhiteSpace(record.Image) ? null : record.Image.Trim();
        string? path = image is null || PicturePath.IsAddress(image) ? null : FromTable(image);
        Match? match = image is null ? null : InFolder(image), byId = Find(_names, record.Id);
        string? found = match?.Only ?? byId?.Only ?? (File.Exists(path) ? path : null);
        if (found is not null) _found++;
        else if ((match ?? byId) is { } several)
        {
            _unclearCount++;
            _unclear ??= (record.Id, several);
        }
        else if (path is not null || (_folder is not null && image is null))
        {
            _missing++;
            if (_lacking.Count < MaxSamples) _lacking.Add((record, path));
        }

        return record with { Image = found ?? path ?? image };
    }

    /// <summary>A remark on items for which several pictures of the folder could be meant, so that none was taken, else null.</summary>
    /// <exception cref="InvalidInputException">It is so for all.</exception>
    public string? Ambiguities()
    {
        if (_unclear is not (var item, var match)) return null;
        string[] sample = [.. new[] { match.First, match.Other! }.Select(picture => Path.GetRelativePath(_folder!, picture)).Order(StringComparer.Ordinal)];
        string rest = $"item {SourceText.Quoted(item)} may have '{sample[0]}' or '{sample[1]}'; "
            + "expected one, so have the table's images name paths inside the folder, or rename or move pictures";
        if (_unclearCount == _records) throw new InvalidInputException($"Several pictures in {_folder} could be meant for each item of '{_table}': {rest}.");
        return $"Several pictures in {_folder} could be meant for {SourceText.Counted(_unclearCount, "item")} of {Path.GetFileName(_table)}, so none was taken: {rest}.";
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
            + (_folder is null ? "" : $", the folder has for instance '{Path.GetFileName(_files.Values.First().First)}'");
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
        return column is not null ? $"{_before}name the table's column {SourceText.Quoted(column)}, which holds them, with --image-column"
            : _folder is null ? "move the pictures there or name their folder with --images"
            : "rename the pictures or name another folder";
    }

    private bool IsPicture(string text) =>
        text.Length <= ExternalId.MaxLength && !text.Contains('\0') && (InFolder(text)?.Only is not null || File.Exists(FromTable(text)));

    /// <summary>The picture at a path inside the folder, or else the one whose name a path, an address or a bare name ends with.</summary>
    private Match? InFolder(string image)
    {
        if (_folder is null) return null;
        bool isAddress = PicturePath.IsAddress(image);
        string named = isAddress ? image.Split('?', '#')[0] : image.Replace('\\', '/'), folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(_folder));
        if (!isAddress && Path.GetFullPath(named, folder) is var path && path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            && IsOfPicture(path) && File.Exists(path))
        {
            return new Match(path, null);
        }

        string name = named[(named.LastIndexOf('/') + 1)..];
        return Find(_files, name) ?? (IsOfPicture(name) ? Find(_names, Path.GetFileNameWithoutExtension(name)) : null) ?? Find(_names, name);
    }

    private static bool IsOfPicture(string file) => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);

    private static Match? Find(Dictionary<string, Match> pictures, string name) => pictures.TryGetValue(name, out Match match) ? match : null;

    private static void Add(Dictionary<string, Match> pictures, string name, string picture) =>
        pictures[name] = pictures.TryGetValue(name, out Match match) ? match with { Other = picture } : new Match(picture, null);

    private string FromTable(string image)
    {
        string path = Path.GetFullPath(image, _tableFolder);
        return image.Contains('\\') && !File.Exists(path) ? Path.GetFullPath(image.Replace('\\', '/'), _tableFolder) : path;
    }

    /// <summary>A picture that is meant, and another that could be.</summary>
    private readonly record struct Match(string First, string? Other)
    {
        public string? Only => Other is null ? First : null;
    }
}
