using System.Text.Json;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>
/// Amazon's reviews of 2014 (McAuley et al., SIGIR 2015): JSON lines, but items as Python dictionaries, and image features of
/// 4,096 dimensions.
/// </summary>
internal sealed class Amazon2014Format : SourceFormat
{
    private static readonly string[] TextKeys = ["title", "description", "categories", "brand"];

    public override IReadOnlyList<string> OwnOptions => ["--image-features"];

    public override void ReadEvents(ImportOptions options, EventSink sink) => Amazon2018Format.ReadReviews(options, sink);

    public override void ReadItems(ImportOptions options, ItemSink sink) => JsonSource.ReadItems(
        sink,
        (record, file) => Amazon2018Format.AddItem(record, file, sink, TextKeys, Amazon2018Format.FirstOf(record, "imUrl")),
        Parse);

    /// <summary>Strict JSON, or else a Python dictionary.</summary>
    private static JsonDocument Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonSource.Parse(line);
        }
        catch (JsonException)
        {
            return JsonSource.Parse(PythonLiteral.ToJson(line.Span));
        }
    }
}
