namespace Tessera.Data.Importing;

/// <summary>What to import, and the destination.</summary>
/// <param name="Format">One of <see cref="Importer.Formats"/>.</param>
/// <param name="Events">File of the events; for mmrec and mmssl a folder, for parquet also a folder of parts.</param>
/// <param name="Out">Folder to create; it may exist if it is empty.</param>
public sealed record ImportOptions(string Format, string Events, string Out)
{
    /// <summary>Item table, or null for none.</summary>
    public string? Items { get; init; }

    /// <summary>Name of the event log; unset: that of the events' file.</summary>
    public string? Name { get; init; }

    /// <summary>Column or key of the users (csv, jsonl, parquet); unset: found by its usual names.</summary>
    public string? UserColumn { get; init; }

    /// <summary>Column or key of the items in the events (csv, jsonl, parquet); unset: found by its usual names.</summary>
    public string? ItemColumn { get; init; }

    /// <summary>Column or key of the ratings (csv, jsonl, parquet); unset: found by its usual names, or none.</summary>
    public string? RatingColumn { get; init; }

    /// <summary>Column or key of the times (csv, jsonl, parquet); unset: found by its usual names, or none.</summary>
    public string? TimeColumn { get; init; }

    /// <summary>Column or key of the ids in the item table (csv, jsonl, parquet); unset: found by its usual names.</summary>
    public string? ItemIdColumn { get; init; }

    /// <summary>Column or key of the pictures in the item table (csv, jsonl, parquet); unset: found by its usual names, or none.</summary>
    public string? ImageColumn { get; init; }

    /// <summary>Folder with a picture such as <c>ITEM.jpg</c> for each item, at any depth, or null.</summary>
    public string? Images { get; init; }

    /// <summary>File of image features: records of 10 bytes of the item's id and 4,096 float32 (amazon2014), or null.</summary>
    public string? ImageFeatures { get; init; }
}
