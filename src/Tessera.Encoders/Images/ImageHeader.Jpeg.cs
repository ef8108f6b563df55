using System.Buffers.Binary;

namespace Tessera.Encoders.Images;

public readonly partial record struct ImageHeader
{
    private const byte Restart0 = 0xD0, StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, Temporary = 0x01;

    /// <summary>The size in the frame header (SOF), found by going from marker segment to marker segment (ITU-T T.81, annex B).</summary>
    private static (long Width, long Height) ReadJpeg(ReadOnlySpan<byte> bytes, string name)
    {
        int at = 2;
        while (true)
        {
            byte marker = NextMarker(bytes, ref at, name);
            if (marker is Temporary or (>= Restart0 and < StartOfImage)) continue;
            if (marker is StartOfImage or EndOfImage or StartOfScan)
                throw UnusableImage.Because(name, "is a damaged JPEG file, without a frame header before its pixels");

            if (bytes.Length < at + 2) throw UnusableImage.Truncated(name);
            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            if (IsFrame(marker))
            {
                if (bytes.Length < at + 7) throw UnusableImage.Truncated(name);
                return (BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 3)..]));
            }

            at += Math.Max(2, length);
        }
    }

    /// <summary>SOF0 to SOF15; C4, C8 and CC between them are other markers.</summary>
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    /// <summary>Goes past the next marker, over any fill bytes before it.</summary>
    private static byte NextMarker(ReadOnlySpan<byte> bytes, ref int at, string name)
    {
        while (at < bytes.Length && bytes[at] != 0xFF) at++;
        while (at < bytes.Length && bytes[at] == 0xFF) at++;
        if (at >= bytes.Length) throw UnusableImage.Truncated(name);
        return bytes[at++];
    }
}
