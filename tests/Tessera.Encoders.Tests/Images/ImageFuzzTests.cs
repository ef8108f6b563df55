using FsCheck;
using FsCheck.Fluent;
using SkiaSharp;
using Tessera.Data;
using Tessera.Encoders.Images;

namespace Tessera.Encoders.Tests.Images;

public sealed class ImageFuzzTests
{
    private static readonly byte[][] Starts =
        [[], PngBytes.Signature, [0xFF, 0xD8, 0xFF], [.. "RIFF\0\0\0\0WEBPVP8 "u8], [.. "RIFF\0\0\0\0WEBPVP8L"u8], [.. "RIFF\0\0\0\0WEBPVP8X"u8],
         [.. "GIF89a"u8], [.. "BM"u8]];

    [Fact]
    public void Random_bytes_behind_a_signature_are_decoded_or_refused()
    {
        Gen<byte[]> files =
            from start in Gen.Elements(Starts)
            from rest in ArrayOfBytes(Gen.Choose(0, 400))
            select (byte[])[.. start, .. rest];

        Check(files, seed: 20_001, tests: 4000);
    }

    [Theory]
    [InlineData("baseline.jpg", 1UL)]
    [InlineData("progressive.jpg", 2UL)]
    [InlineData("cmyk.jpg", 3UL)]
    [InlineData("sampled-3x1.jpg", 4UL)]
    [InlineData("lossy.webp", 5UL)]
    [InlineData("lossless.webp", 6UL)]
    [InlineData("transparent.webp", 7UL)]
    [InlineData("animated.webp", 8UL)]
    [InlineData("animated.gif", 9UL)]
    [InlineData("picture.bmp", 10UL)]
    public void Mutated_files_are_decoded_or_refused(string file, ulong seed)
    {
        Check(Mutations(TestPicture.Fixture(file)), seed, tests: 1000);
    }

    [Theory]
    [InlineData(2, 8, false, 11UL)]
    [InlineData(6, 16, true, 12UL)]
    [InlineData(0, 1, true, 13UL)]
    public void Mutated_PNG_pixels_are_decoded_or_refused(int colorType, int depth, bool interlaced, ulong seed)
    {
        int channels = colorType switch { 2 => 3, 6 => 4, _ => 1 };
        byte[] png = new PngBytes(20, 20, colorType, depth) { Interlaced = interlaced }
            .Of((x, y) => [.. Enumerable.Repeat((x + y) % (1 << depth), channels)]);
        Gen<byte[]> repaired = Mutations(png[33..^12]).Select(body => (byte[])[.. png[..33], .. WithChecksums(body), .. png[^12..]]);

        Check(Mutations(png), seed, tests: 1000);
        Check(repaired, seed + 100, tests: 2000);
    }

    private static Gen<byte[]> ArrayOfBytes(Gen<int> lengths) =>
        from length in lengths
        from bytes in Gen.ArrayOf(Gen.Choose(0, 255), length)
        select Array.ConvertAll(bytes, value => (byte)value);

    /// <summary>One to four edits: a byte set, a bit flipped, bytes inserted or removed, or the end cut off.</summary>
    private static Gen<byte[]> Mutations(byte[] valid)
    {
        Gen<(int Kind, int At, int Value)> edit =
            from kind in Gen.Choose(0, 4)
            from at in Gen.OneOf(Gen.Choose(0, Math.Min(60, valid.Length - 1)), Gen.Choose(0, valid.Length - 1))
            from value in Gen.Choose(0, 255)
            select (kind, at, value);
        return from count in Gen.Choose(1, 4)
               from edits in Gen.ArrayOf(edit, count)
               select edits.Aggregate(valid, Edit);
    }

    private static byte[] Edit(byte[] bytes, (int Kind, int At, int Value) edit)
    {
        if (edit.At >= bytes.Length) return bytes;
        byte[] edited = [.. bytes];
        switch (edit.Kind)
        {
            case 0: edited[edit.At] = (byte)edit.Value; return edited;
            case 1: edited[edit.At] ^= (byte)(1 << (edit.Value % 8)); return edited;
            case 2: return [.. bytes[..edit.At], .. Enumerable.Repeat((byte)edit.Value, 1 + (edit.Value % 5)), .. bytes[edit.At..]];
            case 3: return [.. bytes[..edit.At], .. bytes[Math.Min(bytes.Length, edit.At + 1 + (edit.Value % 5))..]];
            default: return edit.Value < 32 ? bytes[..edit.At] : edited;
        }
    }

    /// <summary>The chunks with their checksums made right, so that what they hold is looked at.</summary>
    private static byte[] WithChecksums(byte[] chunks)
    {
        var repaired = new List<byte>();
        for (int at = 0; at + 12 <= chunks.Length;)
        {
            int length = Math.Min((chunks[at + 2] << 8) | chunks[at + 3], chunks.Length - at - 12);
            bool ascii = chunks.AsSpan(at + 4, 4).IndexOfAnyExceptInRange((byte)'A', (byte)'z') < 0;
            string type = ascii ? System.Text.Encoding.ASCII.GetString(chunks, at + 4, 4) : "IDAT";
            repaired.AddRange(PngBytes.Chunk(type, chunks[(at + 8)..(at + 8 + length)]));
            at += 12 + length;
        }

        return [.. repaired];
    }

    private static void Check(Gen<byte[]> files, ulong seed, int tests)
    {
        Config config = Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(seed, 7);
        Prop.ForAll(Arb.From(files), IsDecodedOrRefused).Check(config);
    }

    private static bool IsDecodedOrRefused(byte[] file)
    {
        try
        {
            using SKBitmap image = ImageFile.Decode(file, "fuzz", side: 16);
            return (image.Width, image.Height) == (16, 16);
        }
        catch (InvalidInputException refusal)
        {
            string sentence = refusal.Message;
            return sentence.StartsWith("Image 'fuzz' ", StringComparison.Ordinal) && sentence.EndsWith('.') && !sentence.Contains('\n');
        }
    }
}
