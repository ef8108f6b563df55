using System.Text;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Tells quotes around fields from quotes that are ordinary characters.</summary>
internal static class QuoteScan
{
    /// <summary>What is examined of a file: as much as is read in a moment.</summary>
    private const long MaxBytes = 1 << 26;

    private const int MaxLine = 1 << 26, EnoughFields = 1000;

    /// <summary>
    /// Whether fields that begin with a quote end with one, all of them, with quotes doubled inside. Fields without quotes tell nothing,
    /// so that the file is searched far.
    /// </summary>
    public static bool AreFieldsQuoted(string path, string? encoding, string separator)
    {
        if (separator == TableLayout.Spaces) return false;
        byte[] mark = Encoding.UTF8.GetBytes(separator);
        using var lines = new LineReader(path, new Utf8File(path, encoding), MaxLine);
        int whole = 0;
        bool open = false;
        try
        {
            for (long read = 0; read < MaxBytes && whole < EnoughFields && lines.TryRead(out ReadOnlySpan<byte> line); read += line.Length + 1)
            {
                if (open || line.Contains((byte)'"'))
                {
                    if (!Count(line, mark, ref open, ref whole)) return false;
                }
            }
        }
        catch (InvalidInputException)
        {
            // Reading the table comes to it.
        }

        return whole > 0 && !open;
    }

    /// <summary>Follows the fields of a line; false where one has text behind its closing quote.</summary>
    private static bool Count(ReadOnlySpan<byte> line, ReadOnlySpan<byte> separator, ref bool open, ref int whole)
    {
        while (true)
        {
            if (open || line is [(byte)'"', ..])
            {
                int at = open ? 0 : 1;
                open = true;
                for (; at < line.Length && open; at++)
                {
                    if (line[at] != '"') continue;
                    if (at + 1 < line.Length && line[at + 1] == '"') at++;
                    else open = false;
                }

                if (open) return true;
                line = line[at..];
                if (!line.IsEmpty && !line.StartsWith(separator)) return false;
                whole++;
            }

            int next = line.IndexOf(separator);
            if (next < 0) return true;
            line = line[(next + separator.Length)..];
        }
    }
}
