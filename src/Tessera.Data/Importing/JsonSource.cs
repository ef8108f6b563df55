using System.Text.Json;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Events and items as one JSON object per line.</summary>
internal static class JsonSource
{
    /// <summary>Reads events.</summary>
    /// <param name="options">Names file and keys.</param>
    /// <param name="sink">Takes the events.</param>
    /// <param name="before">How a remedy begins that names a key.</param>
    public static void ReadEvents(ImportOptions options, EventSink sink, string before = "")
    {
        using var file = new LineFile(options.Events, options.Encoding, sink.Cancellation);
        JsonEventKeys? keys = null;
        ReadObjects(file, sink.Rejected, line => keys is null ? Parse(line) : JsonDocument.Parse(NonFiniteJson.AsNull(line)), record =>
        {
            keys ??= new JsonEventKeys(options, [.. record.EnumerateObject().Select(property => property.Name)], file.Here, before);
            keys.Read(record, file, sink);
            sink.Report(file.Share);
        });
        sink.End(file.Path);
        sink.Notices.AddRange(file.Notices());
        if (keys is not { HasRating: true }) sink.Notices.Add($"{Path.GetFileName(file.Path)} names no ratings: the events have none.");
        if (keys is not { HasTime: true }) sink.Notices.Add($"{Path.GetFileName(file.Path)} names no times: the events have none.");
    }

    /// <summary>Reads an item table.</summary>
    /// <param name="sink">Takes the records.</param>
    /// <param name="read">Adds the record of a line.</param>
    /// <param name="parse">Parses a line; unset: as strict JSON.</param>
    public static void ReadItems(ItemSink sink, Action<JsonElement, LineFile> read, Func<ReadOnlyMemory<byte>, JsonDocument>? parse = null)
    {
        using var file = new LineFile(sink.TablePath, sink.Encoding, sink.Cancellation);
        ReadObjects(file, sink.Rejected, parse ?? Parse, record =>
        {
            sink.Report(file.Share);
            read(record, file);
        });
        if (file.Line == 0) throw new InvalidInputException($"'{file.Path}' is empty; expected one JSON object per line, so check that it is the right file.");
        sink.Notices.AddRange(file.Notices());
    }

    /// <summary>Parses JSON without repeated keys; numbers that are not finite are null.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> line) => JsonDocument.Parse(NonFiniteJson.AsNull(line), JsonRecord.Strict);

    private static void ReadObjects(LineFile file, RejectedRows rejected, Func<ReadOnlyMemory<byte>, JsonDocument> parse, Action<JsonElement> read)
    {
        while (file.TryRead(out ReadOnlySpan<byte> line))
        {
            try
            {
                file.Check(line);
                Read(file, line, parse, read);
            }
            catch (InvalidInputException fault) when (rejected.AreAllowed)
            {
                rejected.Add(file.Path, file.Line, lines: 1, fault);
            }
        }
    }

    private static void Read(LineFile file, ReadOnlySpan<byte> line, Func<ReadOnlyMemory<byte>, JsonDocument> parse, Action<JsonElement> read)
    {
        try
        {
            using JsonDocument json = parse(line.ToArray());
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("it is not an object");
            read(json.RootElement);
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            if (file.Line == 1 && line.TrimStart(" \t"u8) is [(byte)'[', ..])
                throw new InvalidInputException($"'{file.Path}' is a JSON array; expected one JSON object per line, so write its elements one a line, for instance with: jq -c '.[]'.", cause);
            throw new InvalidInputException(
                $"{file.Here} is not a record ({SourceText.Reason(cause)}); "
                + "expected one JSON object per line, so correct or remove the line.", cause);
        }
    }
}
