using System.Text;
using System.Text.Unicode;
using Tessera.Data.Storage;
using UtfUnknown;

namespace Tessera.Data.Importing;

/// <summary>Encodings of texts other than UTF-8.</summary>
internal static class SourceEncoding
{
    private const int ExamineBytes = 1 << 16, ExamineFile = 1 << 28;

    private static readonly (byte[] Mark, Encoding Encoding)[] Marked =
    [
        ([0xFF, 0xFE, 0, 0], new UTF32Encoding(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true)),
        ([0, 0, 0xFE, 0xFF], new UTF32Encoding(bigEndian: true, byteOrderMark: true, throwOnInvalidCharacters: true)),
        ([0xFF, 0xFE], new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true)),
        ([0xFE, 0xFF], new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true)),
    ];

    /// <summary>Number of bytes that decide whether there is a byte order mark.</summary>
    public const int LongestMark = 4;

    /// <summary>The encoding whose byte order mark a text begins with, and the mark's length; UTF-8 is not among them.</summary>
    public static (Encoding Encoding, int Length)? OfMark(ReadOnlySpan<byte> first)
    {
        foreach ((byte[] mark, Encoding encoding) in Marked)
        {
            if (first.StartsWith(mark)) return (encoding, mark.Length);
        }

        return null;
    }

    /// <summary>The name of UTF-16's form for a text that begins with two letters in it without a mark, else null.</summary>
    public static string? OfUnmarked(ReadOnlySpan<byte> first) => first switch
    {
        [>= (byte)' ' and < 0x7F, 0, >= (byte)' ' and < 0x7F, 0, ..] => "utf-16le",
        [0, >= (byte)' ' and < 0x7F, 0, >= (byte)' ' and < 0x7F, ..] => "utf-16be",
        _ => null,
    };

    /// <summary>Whether a text, or its beginning, has letters beyond ASCII and all of them as UTF-8.</summary>
    public static bool IsSurelyUtf8(ReadOnlySpan<byte> text)
    {
        if (Ascii.IsValid(text)) return false;
        int cut = Math.Max(0, text.Length - 3);
        while (text.Length > cut && !Utf8.IsValid(text)) text = text[..^1];
        return Utf8.IsValid(text) && !Ascii.IsValid(text);
    }

    /// <summary>Whether all lines of a file, compressed or not, are UTF-8.</summary>
    public static bool IsUtf8(string path, CancellationToken cancellationToken)
    {
        using var lines = new LineReader(path, new SourceFile(path) { Cancellation = cancellationToken }, ExamineFile);
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (!Utf8.IsValid(line)) return false;
        }

        return true;
    }

    /// <summary>The encoding of a name, such as windows-1252, cp1252, latin1, shift-jis or gbk; null for UTF-8.</summary>
    /// <exception cref="InvalidInputException">There is none of this name.</exception>
    public static Encoding? OfName(string name)
    {
        string known = name.Trim().Replace(' ', '-').ToLowerInvariant() switch
        {
            "latin-1" or "latin_1" or "latin1" or "iso-8859-1" => "windows-1252", // which has letters where Latin-1 has control characters, as browsers read it
            "utf8" => "utf-8",
            "utf16" => "utf-16",
            "utf32" => "utf-32",
            var other => other,
        };
        try
        {
            Encoding encoding = CodePagesEncodingProvider.Instance.GetEncoding(known, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(known, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
            return encoding is UTF8Encoding ? null : encoding;
        }
        catch (Exception cause) when (cause is ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException(
                $"There is no encoding {SourceText.Quoted(name)}; "
                + "expected a name such as utf-16, windows-1252, latin1, shift-jis or gbk for --encoding.", cause);
        }
    }

    /// <summary>The sentence's end for a text of this file that is not UTF-8, naming the encoding it likely has.</summary>
    public static string NotUtf8(string path) => LikelyOf(path) switch
    {
        null => "is not valid UTF-8; expected UTF-8, so give its encoding with --encoding, or convert the file",
        "windows-1250" or "iso-8859-2" =>
            "is not valid UTF-8 and looks like windows-1252 (Western European) or windows-1250 (Central European); "
            + "expected UTF-8, so give --encoding with the one in which the letters come right",
        var likely => $"is not valid UTF-8 and looks like {likely}; expected UTF-8, so give --encoding {likely}, or the encoding it has",
    };

    /// <summary>A guess by those lines at the file's beginning that are not UTF-8.</summary>
    private static string? LikelyOf(string path)
    {
        var examined = new MemoryStream();
        using (var lines = new LineReader(path, new SourceFile(path), ExamineFile))
        {
            try
            {
                for (long read = 0; read < ExamineFile && examined.Length < ExamineBytes && lines.TryRead(out ReadOnlySpan<byte> line); read += line.Length)
                {
                    if (Utf8.IsValid(line)) continue;
                    examined.Write(line[..Math.Min(line.Length, ExamineBytes)]);
                    examined.WriteByte((byte)'\n');
                }
            }
            catch (InvalidInputException)
            {
                // What is damaged further on is no matter of the encoding.
            }
        }

        IEnumerable<string> guesses = CharsetDetector.DetectFromBytes(examined.ToArray()).Details?.Where(guess => guess.Encoding is not null)
            .Select(guess => guess.Encoding.WebName) ?? [];

        // Of single bytes beyond ASCII, code pages of DOS are the least likely, and a few of them fit several alike.
        string[] likely = [.. guesses.Where(name => !name.StartsWith("ibm", StringComparison.Ordinal) && !name.StartsWith("utf-8", StringComparison.Ordinal))];
        return likely.FirstOrDefault() is "us-ascii" or "iso-8859-1" or "iso-8859-15" or null ? (examined.Length > 0 ? "windows-1252" : null) : likely[0];
    }
}
