using System.Buffers.Binary;

namespace Tessera.Data.Importing;

/// <summary>
/// Checks that the description at the end of a Parquet file has the form it must have (parquet.thrift in Thrift's compact protocol) and ends
/// where it should: the library that reads it may go on without end beyond it.
/// </summary>
internal ref struct ParquetFooter
{
    private const int TailBytes = 8, MaxDepth = 32;

    /// <summary>
    /// The fields of each structure by their numbers from 1: i an integer, b a truth value, s bytes, a letter a structure, * a structure of any
    /// content, and what stands behind [ a list of it. The first is that of the file.
    /// </summary>
    private static readonly Dictionary<char, string> Structures = new()
    {
        ['F'] = "i [S i [R [K s [* * s", // FileMetaData
        ['S'] = "i i i s i i i i i L", // SchemaElement
        ['L'] = "* * * * D * T T * N * * * * * * * *", // LogicalType
        ['D'] = "i i", // DecimalType
        ['T'] = "b *", // TimeType, TimestampType
        ['N'] = "i b", // IntType
        ['R'] = "[C i i [O i i i", // RowGroup
        ['C'] = "s i M i i i i * s", // ColumnChunk
        ['M'] = "i [i [s i i i i [K i i i A [E i i Z *", // ColumnMetaData
        ['A'] = "s s i i s s b b", // Statistics
        ['K'] = "s s", // KeyValue
        ['E'] = "i i i", // PageEncodingStats
        ['O'] = "i b b", // SortingColumn
        ['Z'] = "i [i [i", // SizeStatistics
    };

    private ReadOnlySpan<byte> _rest;

    /// <summary>What is wrong with a file's description; null where nothing is, or where the file does not have one and the library says so.</summary>
    /// <param name="file">Is read from its end.</param>
    public static string? Fault(Stream file)
    {
        Span<byte> tail = stackalloc byte[TailBytes];
        if (file.Length < 2 * TailBytes) return "it is too short";
        file.Position = file.Length - TailBytes;
        file.ReadExactly(tail);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (!tail[sizeof(uint)..].SequenceEqual("PAR1"u8)) return "it does not end like one";
        if (length > file.Length - TailBytes) return "its description is cut off";
        var description = new byte[length];
        file.Position = file.Length - TailBytes - length;
        file.ReadExactly(description);
        return new ParquetFooter { _rest = description }.Struct('F', 0) ? null : "its description is broken";
    }

    private bool Struct(char name, int depth)
    {
        if (depth > MaxDepth) return false;
        string[] fields = name == '*' ? [] : Structures[name].Split(' ');
        for (long number = 0; ;)
        {
            if (!Byte(out byte head)) return false;
            if (head == 0) return true;
            long step = head >> 4;
            if (step != 0) number += step;
            else if (Integer(out ulong zigzag)) number = (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
            else return false;
            string expected = number >= 1 && number <= fields.Length ? fields[(int)number - 1] : "";
            if (!Value(head & 0xF, expected, depth, inList: false)) return false;
        }
    }

    private bool Value(int type, string expected, int depth, bool inList)
    {
        char kind = type switch { 1 or 2 => 'b', 3 or 4 or 5 or 6 => 'i', 8 => 's', 9 => '[', 12 => '*', _ => '?' };
        if (expected.Length > 0 && kind != expected[0] && !(kind == '*' && char.IsAsciiLetterUpper(expected[0]))) return false;
        return type switch
        {
            1 or 2 => !inList || Byte(out _),
            3 => Byte(out _),
            4 or 5 or 6 => Integer(out _),
            7 => Skip(sizeof(double)),
            8 => Integer(out ulong length) && Skip(length),
            9 or 10 => List(expected.Length > 1 ? expected[1..] : "", depth),
            11 => Map(depth),
            12 => Struct(expected.Length > 0 ? expected[0] : '*', depth + 1),
            _ => false,
        };
    }

    private bool List(string expected, int depth)
    {
        if (depth > MaxDepth || !Byte(out byte head)) return false;
        ulong count = (ulong)head >> 4;
        if (count == 15 && !Integer(out count)) return false;
        if (count > (ulong)_rest.Length) return false;
        for (; count > 0; count--)
            if (!Value(head & 0xF, expected, depth + 1, inList: true)) return false;
        return true;
    }

    private bool Map(int depth)
    {
        if (depth > MaxDepth || !Integer(out ulong count)) return false;
        if (count == 0) return true;
        if (count > (ulong)_rest.Length || !Byte(out byte types)) return false;
        for (; count > 0; count--)
            if (!Value(types >> 4, "", depth + 1, inList: true) || !Value(types & 0xF, "", depth + 1, inList: true)) return false;
        return true;
    }

    private bool Byte(out byte value)
    {
        value = _rest.IsEmpty ? (byte)0 : _rest[0];
        return Skip(1);
    }

    private bool Skip(ulong count)
    {
        if (count > (ulong)_rest.Length) return false;
        _rest = _rest[(int)count..];
        return true;
    }

    private bool Integer(out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 70 && Byte(out byte part); shift += 7)
        {
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return true;
        }

        return false;
    }
}
