using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>RecBole's atomic files: columns separated by tabs, nothing quoted, a header of names with their types.</summary>
internal sealed class RecBoleFormat : SourceFormat
{
    private static readonly TableLayout Layout = new() { Separator = "\t", Quotes = false, Header = true };

    public override void ReadEvents(ImportOptions options, EventSink sink)
    {
        using var file = new DelimitedFile(options.Events, Layout with { Encoding = options.Encoding, Cancellation = sink.Cancellation });
        var names = new ColumnNames([.. Columns(file).Select(column => column.Name)], file.Here, before: Instead);
        DelimitedSource.ReadEvents(file, names.OfEvents(options), sink);
    }

    public override void ReadItems(ImportOptions options, ItemSink sink)
    {
        using var file = new DelimitedFile(sink.TablePath, Layout with { Encoding = options.Encoding, Cancellation = sink.Cancellation });
        (string Name, string Type)[] columns = Columns(file);
        string[] names = [.. columns.Select(column => column.Name)];
        int id = new ColumnNames(names, file.Here, before: Instead).ItemId(null);
        int[] texts = [.. Enumerable.Range(0, names.Length).Where(column => column != id)];
        DelimitedSource.ReadItems(file, names, id, texts, _ => null, sink);
    }

    private static (string Name, string Type)[] Columns(DelimitedFile file) => [.. file.Columns.Select(column =>
        column.Split(':') is [var name, ("token" or "token_seq" or "float" or "float_seq") and var type]
            ? (name, type)
            : throw new InvalidInputException(
                $"{file.Here} names the column {SourceText.Quoted(column)}; expected a name and a type as in user_id:token, so correct the header or import as csv."))];
}
