namespace Tessera.Data.Importing;

/// <summary>A layout in which events and items come.</summary>
internal abstract class SourceFormat
{
    /// <summary>Options that only some formats have, which this one does.</summary>
    public virtual IReadOnlyList<string> OwnOptions => [];

    /// <summary>The options with the files named where a folder is given.</summary>
    public virtual ImportOptions Located(ImportOptions options) => options;

    /// <summary>Reads all events.</summary>
    public abstract void ReadEvents(ImportOptions options, EventSink sink);

    /// <summary>Reads the item table, which is given.</summary>
    public abstract void ReadItems(ImportOptions options, ItemSink sink);
}
