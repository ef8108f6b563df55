using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>MicroLens (Ni et al., 2023): pairs <c>user,item,timestamp</c>, titles <c>item,title</c>, and a folder of covers.</summary>
internal sealed class MicroLensFormat : SourceFormat
{
    public override IReadOnlyList<string> OwnOptions => ["--images", "--encoding"];

    public override void ReadEvents(ImportOptions options, EventSink sink)
    {
        using var file = new DelimitedFile(options.Events, new TableLayout { Encoding = options.Encoding });
        var names = new ColumnNames(file.Columns, file.Here);
        var asked = options with { UserColumn = "user", ItemColumn = "item", TimeColumn = "timestamp" };
        DelimitedSource.ReadEvents(file, names.OfEvents(asked) with { Rating = -1 }, sink);
    }

    public override void ReadItems(ImportOptions options, ItemSink sink)
    {
        if (options.Images is { } images && !Directory.Exists(images))
            throw new InvalidInputException($"There is no folder '{images}'; expected one with a picture ITEM.jpg for each item, so check --images.");
        using var file = new DelimitedFile(sink.TablePath, new TableLayout { Encoding = options.Encoding });
        var names = new ColumnNames(file.Columns, file.Here);
        int id = names.ItemId("item"), without = 0;
        int[] texts = [.. Enumerable.Range(0, file.Columns.Count).Where(column => column != id)];
        DelimitedSource.ReadItems(file, file.Columns, id, texts, ImageOf, sink);
        if (without > 0) sink.Notices.Add($"No picture in {options.Images} for {SourceText.Counted(without, "item")} of {Path.GetFileName(sink.TablePath)}.");

        string? ImageOf(string item)
        {
            if (options.Images is null) return null;
            string image = Path.GetFullPath(Path.Combine(options.Images, Path.GetFileName(item) + ".jpg"));
            if (File.Exists(image)) return image;
            without++;
            return null;
        }
    }
}
