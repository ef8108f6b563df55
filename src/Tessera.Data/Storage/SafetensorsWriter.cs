using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tessera.Compute.Tensors;

namespace Tessera.Data.Storage;

/// <summary>Writes matrices as a safetensors file: an 8-byte header length, a JSON header and the raw little-endian data.</summary>
/// <remarks>The header is padded with spaces so that the data starts at a multiple of 64 bytes.</remarks>
public static class SafetensorsWriter
{
    private const int Alignment = 64;
    private const int ChunkElements = 1 << 18;
    private static readonly JsonWriterOptions HeaderOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a file whole, streaming the matrices one after the other in the given order.</summary>
    /// <param name="path">File to create or replace.</param>
    /// <param name="tensors">Distinct names and their matrices, stored as <c>F32</c> of two dimensions.</param>
    /// <param name="metadata">Free texts for the header's <c>__metadata__</c>, or null for none.</param>
    /// <returns>SHA-256 of the file, 64 lower-case hexadecimal digits.</returns>
    /// <exception cref="ArgumentException">A name occurs twice or is <c>__metadata__</c>.</exception>
    public static string Write(
        string path,
        IReadOnlyList<(string Name, Matrix Value)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        CheckNames(tensors);
        return AtomicFile.Write(path, stream =>
        {
            WriteHeader(stream, tensors, metadata);
            foreach ((_, Matrix value) in tensors) WriteData(stream, value.Span);
        });
    }

    private static void CheckNames(IReadOnlyList<(string Name, Matrix Value)> tensors)
    {
        var names = new HashSet<string> { SafetensorsHeader.MetadataKey };
        foreach ((string name, _) in tensors)
        {
            if (!names.Add(name)) throw new ArgumentException($"The tensor name '{name}' is reserved or occurs twice.", nameof(tensors));
        }
    }

    private static void WriteHeader(
        Stream stream,
        IReadOnlyList<(string Name, Matrix Value)> tensors,
        IReadOnlyDictionary<string, string>? metadata)
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header, HeaderOptions)) WriteJson(json, tensors, metadata);
        while ((sizeof(ulong) + header.Length) % Alignment != 0) header.WriteByte((byte)' ');

        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header.GetBuffer().AsSpan(0, (int)header.Length));
    }

    private static void WriteJson(
        Utf8JsonWriter json,
        IReadOnlyList<(string Name, Matrix Value)> tensors,
        IReadOnlyDictionary<string, string>? metadata)
    {
        json.WriteStartObject();
        if (metadata is { Count: > 0 })
        {
            json.WriteStartObject(SafetensorsHeader.MetadataKey);
            foreach ((string key, string text) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, text);
            json.WriteEndObject();
        }

        long offset = 0;
        foreach ((string name, Matrix value) in tensors)
        {
            long end = offset + ((long)value.Length * sizeof(float));
            json.WriteStartObject(name);
            json.WriteString("dtype", "F32");
            WritePair(json, "shape", value.Rows, value.Columns);
            WritePair(json, "data_offsets", offset, end);
            json.WriteEndObject();
            offset = end;
        }

        json.WriteEndObject();
    }

    private static void WritePair(Utf8JsonWriter json, string name, long first, long second)
    {
        json.WriteStartArray(name);
        json.WriteNumberValue(first);
        json.WriteNumberValue(second);
        json.WriteEndArray();
    }

    private static void WriteData(Stream stream, ReadOnlySpan<float> values)
    {
        while (!values.IsEmpty)
        {
            int count = Math.Min(values.Length, ChunkElements);
            stream.Write(MemoryMarshal.AsBytes(values[..count]));
            values = values[count..];
        }
    }
}
