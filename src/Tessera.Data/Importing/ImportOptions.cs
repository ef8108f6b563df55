namespace Tessera.Data.Importing;

/// <summary>What to import, and the destination.</summary>
/// <param name="Format">One of <see cref="Importer.Formats"/>.</param>
/// <param name="Events">File of the events; for mmrec and mmssl a folder, for movielens either, for parquet also a folder of parts.</param>
/// <param name="Directory">Folder to create; it may exist if it is empty.</param>
public sealed record ImportOptions(string Format, string Events, string Directory)
{
    /// <summary>Item table, or null for none.</summary>
    public string? Items { get; init; }

    /// <summary>Name of the event log; unset: that of the events' file.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// Separator of the columns (csv, and item tables of one's own), a text or one of tab, comma, semicolon, pipe, spaces; unset: found by the file's beginning. Where it
    /// does not separate anything in the item table, that one's is found.
    /// </summary>
    public string? Separator { get; init; }

    /// <summary>"double" where quotes stand around fields and are doubled inside, "none" where they are ordinary (csv, and item tables of one's own); unset: found.</summary>
    public string? Quote { get; init; }

    /// <summary>
    /// Whether the first line is a record (csv, and item tables of one's own), so that columns are asked for by number, from 1; otherwise the file's beginning decides.
    /// </summary>
    public bool NoHeader { get; init; }

    /// <summary>Name of the files' encoding, such as windows-1252 or gbk; unset: UTF-8, or what a byte order mark says.</summary>
    public string? Encoding { get; init; }

    /// <summary>.NET format of the times; unset: numbers since 1970 or year-first dates.</summary>
    public string? TimeFormat { get; init; }

    /// <summary>How many lines or rows that cannot be used are left out and listed in <c>rejected.jsonl</c>; one more is an error.</summary>
    public int SkipBadRows { get; init; }

    /// <summary>Column or key of the users (csv, jsonl, parquet); unset: found by its usual names.</summary>
    public string? UserColumn { get; init; }

    /// <summary>Column or key of the items in the events (csv, jsonl, parquet); unset: found by its usual names.</summary>
    public string? ItemColumn { get; init; }

    /// <summary>Column or key of the ratings (csv, jsonl, parquet); unset: found by its usual names, or none; "none": none.</summary>
    public string? RatingColumn { get; init; }

    /// <summary>Column or key of the times (csv, jsonl, parquet); unset: found by its usual names, or none; "none": none.</summary>
    public string? TimeColumn { get; init; }

    /// <summary>Column or key of the ids in an item table of one's own; unset: found by its usual names.</summary>
    public string? ItemIdColumn { get; init; }

    /// <summary>Column or key of the pictures in an item table of one's own; unset: found by its usual names, or none.</summary>
    public string? ImageColumn { get; init; }

    /// <summary>Folder with a picture such as <c>ITEM.jpg</c> for each item, at any depth, or at the path that the item table gives, or null.</summary>
    public string? Images { get; init; }

    /// <summary>File of image features: records of 10 bytes of the item's id and 4,096 float32 (amazon2014), or null.</summary>
    public string? ImageFeatures { get; init; }
}
