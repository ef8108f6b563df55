namespace Tessera.Data.Importing;

/// <summary>JSON lines; the item table may be of another kind, too.</summary>
internal sealed class JsonlFormat : SourceFormat
{
    public override IReadOnlyList<string> OwnOptions(ImportOptions options) => CsvFormat.OptionsBeside(options.Items);

    public override void ReadEvents(ImportOptions options, EventSink sink) => JsonSource.ReadEvents(options, sink);

    public override void ReadItems(ImportOptions options, ItemSink sink) => CsvFormat.ReadTable(options, sink);

    /// <summary>Reads an item table.</summary>
    public static void ReadTable(ImportOptions options, ItemSink sink)
    {
        var keys = new JsonItemKeys(options, sink);
        JsonSource.ReadItems(sink, keys.Read);
        keys.End();
    }
}
