using System.IO.MemoryMappedFiles;
using Tessera.Compute.Tensors;

namespace Tessera.Data.Storage;

/// <summary>Reads a matrix from an NPY file of numpy (format 1.0, 2.0 or 3.0).</summary>
public static unsafe class NpyReader
{
    /// <summary>Reads a float16, float32 or float64 matrix in C or Fortran order, as float32.</summary>
    /// <param name="path">Path of the file; it is mapped into memory, never copied whole.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>The matrix, with at least one row and one column, all values finite.</returns>
    /// <exception cref="InvalidInputException">
    /// The file is absent, truncated or too long, holds another type or another number of dimensions than two, or a value
    /// that is not finite in float32; the message names the file, and the row and column of the value.
    /// </exception>
    public static Matrix Read(string path, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        using FileStream stream = InputFile.Open(path);
        NpyHeader header = ReadHeader(stream);
        try
        {
            return ReadMapped(stream, header, cancellation);
        }
        catch (IOException e)
        {
            throw InputFile.Unreadable(path, e);
        }
    }

    /// <summary>Reads what a file says of its matrix, and checks the file's length by it.</summary>
    /// <exception cref="InvalidInputException">The file is absent or no float matrix.</exception>
    internal static NpyHeader ReadHeader(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return ReadHeader(stream);
    }

    private static Matrix ReadMapped(FileStream stream, NpyHeader header, CancellationToken cancellation)
    {
        using var file = MemoryMappedFile.CreateFromFile(
            stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        using MemoryMappedViewAccessor view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            return new NpyElements(start + header.DataOffset, header, stream.Name).ToMatrix(cancellation);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    private static NpyHeader ReadHeader(FileStream stream)
    {
        var prefix = new byte[(int)Math.Min(stream.Length, NpyHeader.MaxPrefixLength)];
        int length = 0;
        while (length < prefix.Length && InputFile.Read(stream, prefix.AsSpan(length)) is var read and > 0) length += read;
        NpyHeader header = NpyHeader.Parse(prefix.AsSpan(0, length), stream.Name);
        CheckLength(header, stream);
        return header;
    }

    private static void CheckLength(NpyHeader header, FileStream stream)
    {
        long expected = header.DataOffset + ((long)header.Rows * header.Columns * header.ElementSize);
        if (stream.Length == expected) return;
        string state = stream.Length < expected ? "truncated" : "followed by something else";
        throw new InvalidInputException(
            $"'{stream.Name}' is {state}: it has {stream.Length:N0} bytes; "
            + $"expected {expected:N0} for {header.Rows:N0} x {header.Columns:N0} numbers of {header.ElementSize} bytes, so copy or save it again.");
    }
}
