using System.Buffers.Binary;
using Tessera.Data;

namespace Tessera.Encoders.Images;

/// <summary>What the chunks of a PNG file hold, each checked by its CRC; an ancillary chunk whose CRC is wrong is left out.</summary>
internal sealed class PngFile
{
    public const int Grayscale = 0, Truecolor = 2, Indexed = 3, GrayscaleWithAlpha = 4, TruecolorWithAlpha = 6;
    private const int SignatureSize = 8;
    private const int Overhead = 12;
    private static readonly uint[] CrcTable = MakeCrcTable();

    /// <summary>Bits a sample: 1, 2, 4, 8 or 16, as the color type allows.</summary>
    public int Depth { get; private set; }

    public int ColorType { get; private set; }

    public bool Interlaced { get; private set; }

    /// <summary>Red, green and blue of each index; empty without a palette.</summary>
    public byte[] Palette { get; private set; } = [];

    /// <summary>The tRNS chunk: alpha of each index, or the samples of the transparent color; empty without one.</summary>
    public byte[] Transparency { get; private set; } = [];

    /// <summary>The IDAT chunks, joined: one zlib stream.</summary>
    public MemoryStream Data { get; } = new();

    public int Channels => ColorType switch { Truecolor => 3, GrayscaleWithAlpha => 2, TruecolorWithAlpha => 4, _ => 1 };

    /// <summary>Reads all chunks up to IEND.</summary>
    /// <exception cref="InvalidInputException">A chunk is truncated, damaged, missing or not allowed by ISO/IEC 15948.</exception>
    public static PngFile Parse(ReadOnlySpan<byte> bytes, string name)
    {
        var file = new PngFile();
        int at = SignatureSize;
        while (true)
        {
            if (bytes.Length - at < Overhead) throw UnusableImage.Truncated(name);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            if (length > bytes.Length - at - Overhead) throw UnusableImage.Truncated(name);
            ReadOnlySpan<byte> typed = bytes.Slice(at + 4, 4 + (int)length);
            at += Overhead + (int)length;
            if (BinaryPrimitives.ReadUInt32BigEndian(bytes[(at - 4)..]) != Crc(typed))
            {
                if (IsCritical(typed)) throw Damaged(name, $"the checksum of its chunk at byte {at - Overhead - (int)length} is wrong");
                continue;
            }

            if (typed[..4].SequenceEqual("IEND"u8)) break;
            file.Add(typed[..4], typed[4..], name);
        }

        if (file.ColorType == Indexed && file.Palette.Length == 0) throw Damaged(name, "its palette is missing");
        if (file.Data.Length == 0) throw Damaged(name, "its pixels are missing");
        file.Data.Position = 0;
        return file;
    }

    public static InvalidInputException Damaged(string name, string how, Exception? cause = null) =>
        UnusableImage.Because(name, $"is a damaged PNG file: {how}", cause);

    private void Add(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, string name)
    {
        if (type.SequenceEqual("IHDR"u8)) AddHeader(data, name);
        else if (type.SequenceEqual("IDAT"u8)) Data.Write(data);
        else if (type.SequenceEqual("PLTE"u8) && data.Length is >= 3 and <= 768 && data.Length % 3 == 0) Palette = data.ToArray();
        else if (type.SequenceEqual("tRNS"u8) && IsTransparency(data)) Transparency = data.ToArray();
        else if (type.SequenceEqual("tRNS"u8) || IsCritical(type)) throw Damaged(name, "it has a chunk that cannot be read");
    }

    private static bool IsCritical(ReadOnlySpan<byte> type) => (type[0] & 0x20) == 0;

    private bool IsTransparency(ReadOnlySpan<byte> data) => ColorType switch
    {
        Grayscale => data.Length == 2,
        Truecolor => data.Length == 6,
        Indexed => data.Length * 3 <= Palette.Length,
        _ => false,
    };

    private void AddHeader(ReadOnlySpan<byte> data, string name)
    {
        if (data.Length != 13 || Depth != 0) throw Damaged(name, "its header is not as the format has it");
        (Depth, ColorType, Interlaced) = (data[8], data[9], data[12] == 1);
        bool allowed = ColorType switch
        {
            Grayscale => Depth is 1 or 2 or 4 or 8 or 16,
            Indexed => Depth is 1 or 2 or 4 or 8,
            Truecolor or GrayscaleWithAlpha or TruecolorWithAlpha => Depth is 8 or 16,
            _ => false,
        };
        if (!allowed || data[10] != 0 || data[11] != 0 || data[12] > 1)
        {
            throw Damaged(
                name,
                $"it has color type {ColorType}, {Depth} bits a sample, compression {data[10]}, filter {data[11]} and interlace {data[12]}, "
                + "which the format does not have together");
        }
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data) crc = CrcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] MakeCrcTable()
    {
        const uint polynomial = 0xEDB88320;
        var table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            uint c = n;
            for (int bit = 0; bit < 8; bit++) c = (c & 1) != 0 ? polynomial ^ (c >> 1) : c >> 1;
            table[n] = c;
        }

        return table;
    }
}
