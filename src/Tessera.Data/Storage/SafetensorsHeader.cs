using System.Buffers.Binary;
using System.Text.Json;

namespace Tessera.Data.Storage;

/// <summary>The checked header of a safetensors file.</summary>
internal sealed class SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";
    private const long MaximumLength = 100_000_000;
    private readonly string _path;

    private SafetensorsHeader(string path) => _path = path;

    public List<SafetensorsEntry> Entries { get; } = [];

    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>Position of the first data byte in the file.</summary>
    public long DataStart { get; private set; }

    public static int ElementSize(string dataType) => dataType switch
    {
        "F16" => 2,
        "F32" => 4,
        "F64" => 8,
        "I32" => 4,
        "U8" => 1,
        _ => 0,
    };

    /// <summary>Bytes of the JSON header, by the first 8 of a file.</summary>
    /// <exception cref="InvalidInputException">They are not the start of a safetensors file.</exception>
    public static long LengthOf(ReadOnlySpan<byte> start, string path)
    {
        if (start.Length < sizeof(ulong))
            throw new InvalidInputException($"{path}: the file has {start.Length} bytes, too few for a safetensors file; copy or create it again.");
        return (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(start), MaximumLength);
    }

    /// <summary>Reads the header from the start of a stream that can tell its length.</summary>
    /// <exception cref="InvalidInputException">The file is not a safetensors file of at most two-dimensional tensors.</exception>
    public static SafetensorsHeader Read(Stream stream, string path)
    {
        var header = new SafetensorsHeader(path);
        byte[] json = header.ReadJson(stream);
        try
        {
            using var document = JsonDocument.Parse(json, JsonRecord.Strict);
            header.Parse(document.RootElement);
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new InvalidInputException($"{path}: the header is not valid JSON ({cause.Message}); expected a safetensors file.", cause);
        }

        header.CheckLayout(stream.Length - header.DataStart);
        return header;
    }

    private byte[] ReadJson(Stream stream)
    {
        if (stream.Length < sizeof(ulong))
            throw Invalid($"the file has {stream.Length} bytes, too few for a safetensors file; copy or create it again");
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        long available = Math.Min(stream.Length - sizeof(ulong), MaximumLength);
        if (length > (ulong)available)
        {
            throw Invalid(
                $"the header claims to have {length} bytes, more than the {available} possible; "
                + "the file is cut off or not a safetensors file");
        }

        var json = new byte[length];
        stream.ReadExactly(json);
        DataStart = stream.Position;
        return json;
    }

    private void Parse(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw Invalid("the header is not a JSON object; expected a safetensors file");
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name == MetadataKey) ParseMetadata(property.Value);
            else Entries.Add(ParseEntry(property.Name, property.Value));
        }
    }

    private void ParseMetadata(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object) throw Invalid($"{MetadataKey} is not a JSON object of texts");
        foreach (JsonProperty property in metadata.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String) throw Invalid($"{MetadataKey} '{property.Name}' is not a text");
            Metadata.Add(property.Name, property.Value.GetString()!);
        }
    }

    private SafetensorsEntry ParseEntry(string name, JsonElement tensor)
    {
        if (tensor.ValueKind != JsonValueKind.Object) throw Invalid($"tensor '{name}' is not described by a JSON object");
        string type = tensor.TryGetProperty("dtype", out JsonElement dtype) && dtype.ValueKind == JsonValueKind.String
            ? dtype.GetString()!
            : "";
        int size = ElementSize(type);
        if (size == 0) throw Invalid($"tensor '{name}' has the type '{type}'; expected F16, F32 or F64, so convert it");

        long[] shape = Numbers(name, tensor, "shape");
        if (shape.Length > 2) throw Invalid($"tensor '{name}' has {shape.Length} dimensions; expected at most 2, so reshape it");
        long rows = shape.Length == 2 ? shape[0] : 1;
        long columns = shape.Length == 0 ? 1 : shape[^1];
        if (Math.Max(rows, columns) > int.MaxValue || rows * columns > int.MaxValue)
            throw Invalid($"tensor '{name}' has {rows} x {columns} elements; expected at most {int.MaxValue} in all");

        long[] offsets = Numbers(name, tensor, "data_offsets");
        if (offsets.Length != 2 || offsets[1] - offsets[0] != rows * columns * size)
        {
            throw Invalid(
                $"tensor '{name}' has the data offsets [{string.Join(", ", offsets)}]; "
                + $"expected two that span its {rows} x {columns} {type} elements, {rows * columns * size} bytes");
        }

        return new SafetensorsEntry(name, type, (int)rows, (int)columns, offsets[0], offsets[1]);
    }

    private long[] Numbers(string tensor, JsonElement description, string key)
    {
        if (!description.TryGetProperty(key, out JsonElement array) || array.ValueKind != JsonValueKind.Array)
            throw Invalid($"tensor '{tensor}' has no {key}");
        return [.. array.EnumerateArray().Select(number =>
            number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out long value) && value >= 0
                ? value
                : throw Invalid($"tensor '{tensor}' has {key} {array.GetRawText()}; expected whole numbers of 0 or more"))];
    }

    private void CheckLayout(long dataLength)
    {
        long end = 0;
        foreach (SafetensorsEntry entry in Entries.OrderBy(entry => entry.Start).ThenBy(entry => entry.End))
        {
            if (entry.Start != end)
                throw Invalid($"tensor '{entry.Name}' starts at byte {entry.Start} of the data; expected {end}, without gap or overlap");
            end = entry.End;
        }

        if (end != dataLength)
            throw Invalid($"the tensors take {end} bytes and the file holds {dataLength}; it is damaged, so copy or create it again");
    }

    private InvalidInputException Invalid(string finding) => new($"{_path}: {finding}.");
}

/// <summary>Where and how a safetensors file holds one tensor.</summary>
/// <param name="Name">Name of the tensor, unique in its file.</param>
/// <param name="DataType">Stored type of the elements: <c>F16</c>, <c>F32</c> or <c>F64</c>.</param>
/// <param name="Rows">Number of rows; 1 for tensors of one dimension and for scalars.</param>
/// <param name="Columns">Number of columns.</param>
/// <param name="Start">First byte of the data, counted from the end of the header.</param>
/// <param name="End">Byte after the data.</param>
internal sealed record SafetensorsEntry(string Name, string DataType, int Rows, int Columns, long Start, long End);
