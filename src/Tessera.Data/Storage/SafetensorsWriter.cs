using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Compute.Tensors;

namespace Tessera.Data.Storage;

/// <summary>Writes matrices as a safetensors file: an 8-byte header length, a JSON header and the raw little-endian data.</summary>
/// <remarks>The header is padded with spaces so that the data starts at a multiple of 64 bytes.</remarks>
internal static class SafetensorsWriter
{
    private const int Alignment = 64;
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a file whole, streaming the matrices one after the other in the given order.</summary>
    /// <param name="path">File to create or replace.</param>
    /// <param name="tensors">Distinct names and their matrices, stored as <c>F32</c> of two dimensions.</param>
    /// <param name="metadata">Free texts for the header's <c>__metadata__</c>, or null for none.</param>
    /// <returns>SHA-256 of the file, 64 lower-case hexadecimal digits.</returns>
    /// <exception cref="ArgumentException">A name occurs twice or is <c>__metadata__</c>.</exception>
    public static string Write(
        string path,
        IReadOnlyList<(string Name, Matrix Value)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null) => Write(path, [.. tensors.Select(SafetensorsTensor.Of)], metadata);

    /// <summary>Writes a file of tensors of any type; see <see cref="Write(string, IReadOnlyList{ValueTuple{string, Matrix}}, IReadOnlyDictionary{string, string}?)"/>.</summary>
    /// <exception cref="ArgumentException">A name occurs twice or is <c>__metadata__</c>.</exception>
    public static string Write(string path, IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        string? repeated = tensors.Select(tensor => tensor.Name).Append(SafetensorsHeader.MetadataKey)
            .CountBy(name => name).FirstOrDefault(name => name.Value > 1).Key;
        if (repeated is not null)
            throw new ArgumentException($"The tensor name '{repeated}' is reserved or occurs twice.", nameof(tensors));
        return AtomicFile.WriteBuffered(path, stream =>
        {
            WriteHeader(stream, tensors, metadata);
            foreach (SafetensorsTensor tensor in tensors) tensor.Write(stream);
        });
    }

    private static void WriteHeader(
        Stream stream,
        IReadOnlyList<SafetensorsTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata)
    {
        var json = new JsonObject();
        if (metadata is { Count: > 0 })
        {
            json[SafetensorsHeader.MetadataKey] = new JsonObject(metadata
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));
        }

        long offset = 0;
        foreach (SafetensorsTensor tensor in tensors)
        {
            long end = offset + tensor.Bytes;
            json[tensor.Name] = new JsonObject
            {
                ["dtype"] = tensor.DataType,
                ["shape"] = new JsonArray([.. tensor.Shape.Select(size => JsonValue.Create(size))]),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }

        byte[] header = Encoding.UTF8.GetBytes(json.ToJsonString(Readable));
        int padded = ((sizeof(ulong) + header.Length + Alignment - 1) / Alignment * Alignment) - sizeof(ulong);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded);
        stream.Write(length);
        stream.Write(header);
        for (int i = header.Length; i < padded; i++) stream.WriteByte((byte)' ');
    }
}
