using System.Text.Json;

namespace Tessera.Data.Importing;

/// <summary>Events and items as one JSON object a line.</summary>
internal static class JsonSource
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads events; which keys matter is decided by the first line.</summary>
    public static void ReadEvents(ImportOptions options, EventSink sink)
    {
        using var file = new LineFile(options.Events);
        JsonEventKeys? keys = null;
        while (file.TryRead(out ReadOnlySpan<byte> line))
        {
            try
            {
                keys ??= new JsonEventKeys(options, KeysOf(line), file.Here);
                keys.Read(line, file, sink);
            }
            catch (Exception cause) when (cause is JsonException or InvalidOperationException)
            {
                throw NoObject(file, cause);
            }

            sink.Report(file.Share);
        }

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
        using var file = new LineFile(sink.TablePath);
        bool any = false;
        while (file.TryRead(out ReadOnlySpan<byte> line))
        {
            any = true;
            sink.Report(file.Share);
            try
            {
                using JsonDocument json = (parse ?? Parse)(line.ToArray());
                if (json.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("it is no object");
                read(json.RootElement, file);
            }
            catch (Exception cause) when (cause is JsonException or InvalidOperationException)
            {
                throw NoObject(file, cause);
            }
        }

        if (!any) throw new InvalidInputException($"'{file.Path}' is empty; expected one JSON object a line, so check that it is the right file.");
        sink.Notices.AddRange(file.Notices());
    }

    /// <summary>Parses strict JSON without repeated keys.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> line) => JsonDocument.Parse(line, Strict);

    private static List<string> KeysOf(ReadOnlySpan<byte> line)
    {
        using JsonDocument first = Parse(line.ToArray());
        return [.. first.RootElement.EnumerateObject().Select(property => property.Name)];
    }

    private static InvalidInputException NoObject(LineFile file, Exception cause) => new(
        $"{file.Here} is no record ({cause.Message.ReplaceLineEndings(" ").TrimEnd('.')}); expected one JSON object a line, so correct or remove the line.",
        cause);
}
