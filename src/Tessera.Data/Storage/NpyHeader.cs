using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Tessera.Data.Storage;

/// <summary>The header of an NPY file that holds a float matrix.</summary>
/// <param name="ElementSize">Size of an element in bytes: 2 for float16, 4 for float32, 8 for float64, all little-endian.</param>
/// <param name="FortranOrder">Whether columns, not rows, are contiguous.</param>
/// <param name="Rows">Number of rows, 1 or more.</param>
/// <param name="Columns">Number of columns, 1 or more.</param>
/// <param name="DataOffset">Position of the first element in the file, in bytes.</param>
internal readonly record struct NpyHeader(int ElementSize, bool FortranOrder, int Rows, int Columns, int DataOffset)
{
    /// <summary>Number of bytes from the start of a file that hold any header this accepts.</summary>
    public const int MaxPrefixLength = 12 + MaxTextLength;

    private const int MaxTextLength = ushort.MaxValue;
    private const int Alignment = 64;
    private const int PreambleV1 = 10;
    private const int PreambleV2 = 12;
    private const string Resave = "so save it again with numpy.save(path, features.astype('<f4'))";
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Preamble and dictionary as numpy writes them, padded so that the elements begin at a multiple of 64 bytes.</summary>
    public static byte[] Of(int rows, int columns)
    {
        string text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}";
        var header = new byte[(PreambleV1 + text.Length + 1 + Alignment - 1) / Alignment * Alignment];
        header.AsSpan().Fill((byte)' ');
        Magic.CopyTo(header);
        (header[6], header[7], header[^1]) = (1, 0, (byte)'\n');
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(header.Length - PreambleV1));
        Encoding.ASCII.GetBytes(text, header.AsSpan(PreambleV1));
        return header;
    }

    /// <summary>Parses the start of a file.</summary>
    /// <param name="prefix">The first bytes of the file, <see cref="MaxPrefixLength"/> of them or the whole file.</param>
    /// <param name="path">Path of the file, for messages.</param>
    /// <exception cref="InvalidInputException">This is not an NPY file of a float matrix.</exception>
    public static NpyHeader Parse(ReadOnlySpan<byte> prefix, string path)
    {
        ReadOnlySpan<byte> text = FindText(prefix, path, out int start);
        (string descr, bool fortranOrder, long[] shape) = ParseText(text, path);
        int elementSize = ElementSizeOf(descr, path);
        (int rows, int columns) = MatrixOf(shape, path);
        return new NpyHeader(elementSize, fortranOrder, rows, columns, start + text.Length);
    }

    private static ReadOnlySpan<byte> FindText(ReadOnlySpan<byte> prefix, string path, out int start)
    {
        if (!prefix.StartsWith(Magic))
            throw new InvalidInputException($"'{path}' does not begin with the NPY signature; expected a file of numpy.save, {Resave}.");
        if (prefix.Length < PreambleV2) throw Truncated(path);
        int version = prefix[6];
        if (version is < 1 or > 3 || prefix[7] != 0)
            throw new InvalidInputException($"'{path}' has NPY version {version}.{prefix[7]}; expected 1.0, 2.0 or 3.0, {Resave}.");

        start = version == 1 ? PreambleV1 : PreambleV2;
        uint length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(prefix[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(prefix[8..]);
        if (length > MaxTextLength)
            throw new InvalidInputException(
                $"'{path}' announces a header of {length:N0} bytes; expected at most {MaxTextLength:N0} for a matrix, {Resave}.");

        if (start + length > prefix.Length) throw Truncated(path);
        return prefix.Slice(start, (int)length);
    }

    /// <summary>The keys <c>descr</c>, <c>fortran_order</c> and <c>shape</c> of the Python dictionary, each once, in any order.</summary>
    private static (string Descr, bool FortranOrder, long[] Shape) ParseText(ReadOnlySpan<byte> text, string path)
    {
        string header = Encoding.Latin1.GetString(text).Trim();
        try
        {
            if (!header.StartsWith('{')) throw new JsonException("'{' is expected at its start");
            if (!header.EndsWith('}')) throw new JsonException("text follows the dictionary");
            using var json = JsonDocument.Parse(PythonLiteral.ToJson(Encoding.UTF8.GetBytes(header)));
            string? descr = null;
            bool? fortranOrder = null;
            long[]? shape = null;
            foreach (JsonProperty entry in json.RootElement.EnumerateObject())
            {
                if (entry.Name == "descr" && descr is null) descr = DescrOf(entry.Value, path);
                else if (entry.Name == "fortran_order" && fortranOrder is null) fortranOrder = BoolOf(entry.Value);
                else if (entry.Name == "shape" && shape is null) shape = [.. entry.Value.EnumerateArray().Select(SizeOf)];
                else throw new JsonException($"the key {SourceText.Quoted(entry.Name)} is unknown or repeated");
            }

            return descr is null || fortranOrder is null || shape is null ? throw new JsonException("a key is absent") : (descr, fortranOrder.Value, shape);
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new InvalidInputException(
                $"'{path}' has an NPY header that cannot be read: {cause.Message.TrimEnd('.')} in {SourceText.Quoted(header)}; "
                + "expected {'descr': '<f4', 'fortran_order': False, 'shape': (rows, columns)}, so save it again with numpy.save.", cause);
        }
    }

    private static string DescrOf(JsonElement value, string path) => value.ValueKind != JsonValueKind.Array
        ? value.GetString() ?? throw new JsonException("a type is expected")
        : throw new InvalidInputException(
            $"'{path}' is a structured array with named fields; "
            + "expected one float type, so save the plain feature matrix with numpy.save.");

    private static bool BoolOf(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? value.GetBoolean()
        : throw new JsonException("True or False is expected");

    private static long SizeOf(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long size) && size >= 0
        ? size
        : throw new JsonException("a size is expected");

    private static InvalidInputException Truncated(string path) =>
        new($"'{path}' is truncated: it ends inside its NPY header; expected the whole file, so copy or save it again.");

    private static int ElementSizeOf(string descr, string path) => descr switch
    {
        ['<' or '=' or '|', 'f', '2'] => 2,
        ['<' or '=' or '|', 'f', '4'] => 4,
        ['<' or '=' or '|', 'f', '8'] => 8,
        [_, 'O', ..] => throw new InvalidInputException(
            $"'{path}' holds Python objects ({SourceText.Quoted(descr)}), which would run code when read and are refused; "
            + $"expected float32 numbers, {Resave}."),
        ['>', ..] => throw new InvalidInputException(
            $"'{path}' is big-endian ({SourceText.Quoted(descr)}); expected little-endian '<f2', '<f4' or '<f8', {Resave}."),
        _ => throw new InvalidInputException(
            $"'{path}' has elements of type {SourceText.Quoted(descr)}; expected '<f2', '<f4' or '<f8', {Resave}."),
    };

    private static (int Rows, int Columns) MatrixOf(long[] shape, string path)
    {
        string shown = $"({string.Join(", ", shape)})";
        if (shape.Length != 2)
            throw new InvalidInputException(
                $"'{path}' has {shape.Length} dimensions, shape {shown}; expected 2, one row per item, so reshape it and save it again.");

        if (shape[0] == 0 || shape[1] == 0)
            throw new InvalidInputException(
                $"'{path}' has shape {shown}, without any number; expected at least 1 row and 1 column, so save the features again.");

        if (shape[0] > int.MaxValue || shape[1] > int.MaxValue || shape[0] * shape[1] > int.MaxValue)
            throw new InvalidInputException(
                $"'{path}' has shape {shown}; expected at most {int.MaxValue:N0} numbers, so reduce the rows or the columns.");

        return ((int)shape[0], (int)shape[1]);
    }
}
