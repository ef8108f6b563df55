using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Events and items in delimited tables.</summary>
internal static class DelimitedSource
{
    /// <summary>Reads events.</summary>
    public static void ReadEvents(ImportOptions options, EventSink sink)
    {
        using var file = new DelimitedFile(options.Events, TableLayout.OfEvents(options) with { Cancellation = sink.Cancellation });
        if (file.HasHeader)
        {
            ReadEvents(file, new ColumnNames(file.Columns, file.Here, areNumbered: true).OfEvents(options), sink);
            return;
        }

        ((int, int, int, int) columns, string? assumed) = HeaderlessColumns.Of(options, file.Records, file.Path);
        ReadEvents(file, columns, sink);
        if (assumed is not null) sink.Notices.Add(assumed);
    }

    /// <summary>Reads events of known columns; -1 for ratings or times that are not there.</summary>
    public static void ReadEvents(DelimitedFile file, (int User, int Item, int Rating, int Time) columns, EventSink sink)
    {
        (int user, int item, int rating, int time) = columns;
        while (file.Read())
        {
            try
            {
                file.Check();
                float rated = rating < 0 ? float.NaN : EventSink.Rating(file.NumberField(rating), file.Path, file.Line);
                long when = time < 0 ? 0 : sink.Time(file.NumberField(time), file.Path, file.Line);
                sink.Add(file.Path, file.Line, file.Field(user), file.Field(item), rated, when);
            }
            catch (InvalidInputException fault) when (sink.Rejected.AreAllowed)
            {
                sink.Rejected.Add(file.Path, file.Line, file.Lines, fault);
            }

            sink.Report(file.Share);
        }

        sink.End(file.Path);
        sink.Notices.AddRange(file.Notices());
        string name = Path.GetFileName(file.Path);
        if (rating < 0) sink.Notices.Add($"{name} names no rating column: the events have no ratings.");
        if (time < 0) sink.Notices.Add($"{name} names no time column: the events have no times.");
        int[] used = [user, item, rating, time];
        string[] ignored = [.. file.Columns.Where((_, column) => !used.Contains(column))];
        if (ignored.Length > 0) sink.Notices.Add($"Ignored {(ignored.Length == 1 ? "column" : "columns")} {SourceText.Listed(ignored)} of {name}.");
    }

    /// <summary>Reads an item table; columns other than id and picture are texts.</summary>
    public static void ReadItems(ImportOptions options, ItemSink sink)
    {
        using var file = new DelimitedFile(sink.TablePath, TableLayout.OfItems(options) with { Cancellation = sink.Cancellation });
        var names = new ColumnNames(file.Columns, file.Here, areNumbered: true);
        int id = file.HasHeader || options.ItemIdColumn is not null ? names.ItemIdIfNamed(options.ItemIdColumn) ?? -1 : -1;
        if (id < 0) id = ItemIdColumn.ByContent(file.Columns, file.Records, sink) ?? throw (file.HasHeader ? names.NoItemId() : NoItemId(file));
        int image = file.HasHeader || options.ImageColumn is not null ? names.Image(options.ImageColumn) : -1;
        int[] texts = [.. Enumerable.Range(0, file.Columns.Count).Where(column => column != id && column != image)];
        ReadItems(file, file.Columns, id, texts, _ => image < 0 ? null : file.Text(image), sink);
        if (file.HasHeader || texts.Length == 0) return;
        string called = string.Join(", ", texts.Take(5).Select(text => file.Columns[text])) + (texts.Length > 5 ? ", …" : "");
        sink.Notices.Add($"{Path.GetFileName(file.Path)} has no header: its texts are called {called}.");
    }

    /// <summary>Reads an item table of known columns.</summary>
    /// <param name="file">The table.</param>
    /// <param name="names">Names of its columns.</param>
    /// <param name="id">Column of the items' ids.</param>
    /// <param name="texts">Columns of texts.</param>
    /// <param name="imageOf">The picture of an item, given its id while its record is read, or null.</param>
    /// <param name="sink">Takes the records.</param>
    public static void ReadItems(
        DelimitedFile file, IReadOnlyList<string> names, int id, int[] texts, Func<string, string?> imageOf, ItemSink sink)
    {
        if (texts.CountBy(column => names[column]).FirstOrDefault(name => name.Value > 1).Key is { } repeated)
            throw new InvalidInputException(
                $"Line 1 of '{file.Path}' names two columns {SourceText.Quoted(repeated)}; expected distinct names, so rename one.");
        ReadItems(file, id, () => texts.Select(column => KeyValuePair.Create(names[column], file.Text(column))), imageOf, sink);
    }

    /// <summary>The same with texts that are made of the current record.</summary>
    public static void ReadItems(
        DelimitedFile file, int id, Func<IEnumerable<KeyValuePair<string, string>>> textsOf, Func<string, string?> imageOf, ItemSink sink)
    {
        while (file.Read())
        {
            sink.Report(file.Share);
            try
            {
                file.Check();
                string item = file.Text(id);
                sink.Add(file.Line, item, textsOf(), imageOf(item));
            }
            catch (InvalidInputException fault) when (sink.Rejected.AreAllowed)
            {
                sink.Rejected.Add(file.Path, file.Line, file.Lines, fault);
            }
        }

        sink.Notices.AddRange(file.Notices());
    }

    private static InvalidInputException NoItemId(DelimitedFile file) => new(
        $"'{file.Path}' has no header, and none of its columns alone holds the items of the events; found {HeaderlessColumns.Numbered(file.Records)}, "
        + "so give --item-id-column by number.");
}
