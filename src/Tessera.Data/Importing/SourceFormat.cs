namespace Tessera.Data.Importing;

/// <summary>A layout in which events and items come.</summary>
internal abstract class SourceFormat
{
    /// <summary>How a remedy begins that needs options which this format does not have.</summary>
    public virtual string Instead => "import the files as csv and ";

    /// <summary>Options that only some formats have, which this one does.</summary>
    /// <param name="options">What to import, with the files named.</param>
    public virtual IReadOnlyList<string> OwnOptions(ImportOptions options) => [];

    /// <summary>The options with the files named where a folder is given.</summary>
    public virtual ImportOptions Located(ImportOptions options) => options;

    /// <summary>Reads all events.</summary>
    public abstract void ReadEvents(ImportOptions options, EventSink sink);

    /// <summary>Reads the item table, which is given.</summary>
    public abstract void ReadItems(ImportOptions options, ItemSink sink);
}
