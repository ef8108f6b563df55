namespace Tessera.Data.Importing;

/// <summary>JSON as some programs write it, with numbers that are not finite, which stand for missing values.</summary>
internal static class NonFiniteJson
{
    private static ReadOnlySpan<byte> NaN => "NaN"u8;

    private static ReadOnlySpan<byte> Infinity => "Infinity"u8;

    /// <summary>The line with null in the place of each NaN, Infinity and -Infinity that is no part of a text.</summary>
    /// <param name="line">UTF-8; it is returned where it has none.</param>
    public static ReadOnlyMemory<byte> AsNull(ReadOnlyMemory<byte> line)
    {
        ReadOnlySpan<byte> json = line.Span;
        if (json.IndexOf(NaN) < 0 && json.IndexOf(Infinity) < 0) return line;
        var strict = new List<byte>(json.Length + 16);
        bool inText = false;
        for (int at = 0; at < json.Length; at++)
        {
            if (inText && json[at] == '\\' && at + 1 < json.Length) strict.Add(json[at++]);
            else if (json[at] == '"') inText = !inText;
            else if (!inText && LengthAt(json[at..]) is > 0 and var length)
            {
                strict.AddRange("null"u8);
                at += length - 1;
                continue;
            }

            strict.Add(json[at]);
        }

        return strict.ToArray();
    }

    private static int LengthAt(ReadOnlySpan<byte> rest) =>
        rest.StartsWith(NaN) ? NaN.Length
        : rest.StartsWith(Infinity) ? Infinity.Length
        : rest is [(byte)'-', .. var positive] && positive.StartsWith(Infinity) ? Infinity.Length + 1
        : 0;
}
