namespace Tessera.Data.Importing;

/// <summary>MicroLens (Ni et al., 2023): pairs <c>user,item,timestamp</c>, titles <c>item,title</c>, and a folder of covers.</summary>
internal sealed class MicroLensFormat : SourceFormat
{
    public override void ReadEvents(ImportOptions options, EventSink sink)
    {
        using var file = new DelimitedFile(options.Events, new TableLayout { Encoding = options.Encoding, Before = Instead, Cancellation = sink.Cancellation });
        var names = new ColumnNames(file.Columns, file.Here, before: Instead);
        var asked = options with { UserColumn = "user", ItemColumn = "item", TimeColumn = "timestamp" };
        DelimitedSource.ReadEvents(file, names.OfEvents(asked) with { Rating = -1 }, sink);
    }

    public override void ReadItems(ImportOptions options, ItemSink sink)
    {
        using var file = new DelimitedFile(sink.TablePath, new TableLayout { Encoding = options.Encoding, Before = Instead, Cancellation = sink.Cancellation });
        int id = new ColumnNames(file.Columns, file.Here, before: Instead).ItemId("item");
        int[] texts = [.. Enumerable.Range(0, file.Columns.Count).Where(column => column != id)];
        DelimitedSource.ReadItems(file, file.Columns, id, texts, _ => null, sink);
    }
}
