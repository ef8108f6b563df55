using System.Buffers.Binary;

namespace Tessera.Data.Storage;

/// <summary>What the header of an NPY file of a float matrix says.</summary>
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
    private const int PreambleV1 = 10;
    private const int PreambleV2 = 12;
    private const string Resave = "so save it anew with numpy.save(path, features.astype('<f4'))";
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Parses the start of a file.</summary>
    /// <param name="prefix">The first bytes of the file, <see cref="MaxPrefixLength"/> of them or the whole file.</param>
    /// <param name="path">Path of the file, for messages.</param>
    /// <exception cref="InvalidInputException">This is not an NPY file of a float matrix.</exception>
    public static NpyHeader Parse(ReadOnlySpan<byte> prefix, string path)
    {
        ReadOnlySpan<byte> text = FindText(prefix, path, out int start);
        (string descr, bool fortranOrder, long[] shape) = new NpyHeaderText(text, path).Parse();
        int elementSize = ElementSizeOf(descr, path);
        (int rows, int columns) = SizeOf(shape, path);
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
        {
            throw new InvalidInputException(
                $"'{path}' announces a header of {length:N0} bytes; "
                + $"expected at most {MaxTextLength:N0} for a matrix, {Resave}.");
        }

        if (start + length > prefix.Length) throw Truncated(path);
        return prefix.Slice(start, (int)length);
    }

    private static InvalidInputException Truncated(string path) =>
        new($"'{path}' is truncated: it ends inside its NPY header; expected the whole file, so copy or save it again.");

    private static int ElementSizeOf(string descr, string path) => descr switch
    {
        ['<' or '=' or '|', 'f', '2'] => 2,
        ['<' or '=' or '|', 'f', '4'] => 4,
        ['<' or '=' or '|', 'f', '8'] => 8,
        [_, 'O', ..] => throw new InvalidInputException(
            $"'{path}' holds Python objects ('{descr}'), which would run code when read and are refused; "
            + $"expected float32 numbers, {Resave}."),
        ['>', ..] => throw new InvalidInputException(
            $"'{path}' is big-endian ('{descr}'); expected little-endian '<f2', '<f4' or '<f8', {Resave}."),
        _ => throw new InvalidInputException(
            $"'{path}' has elements of type '{descr}'; expected '<f2', '<f4' or '<f8', {Resave}."),
    };

    private static (int Rows, int Columns) SizeOf(long[] shape, string path)
    {
        string shown = $"({string.Join(", ", shape)})";
        if (shape.Length != 2)
        {
            throw new InvalidInputException(
                $"'{path}' has {shape.Length} dimensions, shape {shown}; expected 2, one row per item, so reshape it and save it again.");
        }

        if (shape[0] == 0 || shape[1] == 0)
        {
            throw new InvalidInputException(
                $"'{path}' has shape {shown}, without any number; "
                + "expected at least 1 row and 1 column, so save the features again.");
        }

        if (shape[0] > int.MaxValue || shape[1] > int.MaxValue || shape[0] * shape[1] > int.MaxValue)
        {
            throw new InvalidInputException(
                $"'{path}' has shape {shown}; expected at most {int.MaxValue:N0} numbers, so reduce the rows or the columns.");
        }

        return ((int)shape[0], (int)shape[1]);
    }
}
