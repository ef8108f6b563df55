using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tessera.Data.Storage;

/// <summary>Text of files, UTF-8, as it is found and shown.</summary>
internal static partial class SourceText
{
    /// <summary>What the encoding must be, for error messages.</summary>
    public const string NotUtf8 = "is not valid UTF-8; expected UTF-8 text, so convert the file";

    private const int MaxShown = 60, MaxListed = 20;

    /// <summary>Bytes EF BB BF, which some programs put before a text.</summary>
    public static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The text in quotes on one line for a message, cut where it is long, what cannot be shown as '?'.</summary>
    public static string Quoted(ReadOnlySpan<byte> text) => Quoted(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * MaxShown)]));

    /// <summary>The same for characters.</summary>
    public static string Quoted(ReadOnlySpan<char> text)
    {
        var shown = new StringBuilder("'");
        foreach (char c in text[..Math.Min(text.Length, MaxShown)])
            shown.Append(c == '\t' ? ' ' : char.IsControl(c) || char.IsSurrogate(c) || c is '\uFFFD' or '\uFEFF' or '\u2028' or '\u2029' ? '?' : c);
        if (text.Length > MaxShown) shown.Append('…');
        return shown.Append('\'').ToString();
    }

    /// <summary>Whether a text is broken between the halves of a character.</summary>
    public static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAnyInRange('\uD800', '\uDFFF') < 0) return false;
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return true;
            i++;
        }

        return false;
    }

    /// <summary>Names in quotes for a message: the first ones, and how many more there are.</summary>
    public static string Listed(IReadOnlyCollection<string> names)
    {
        string first = string.Join(", ", names.Take(MaxListed).Select(name => Quoted(name)));
        return names.Count > MaxListed ? $"{first} and {names.Count - MaxListed:N0} more" : first;
    }

    /// <summary>What an exception says, on one line and without its full stop; where .NET says at which place of a JSON text, the line if it is not the first.</summary>
    public static string Reason(Exception cause)
    {
        string line = cause is JsonException { LineNumber: > 0 and var before } ? $" (line {before + 1})" : "";
        return InPlainWords(cause as JsonException, DotNetPlace().Replace(cause.Message.ReplaceLineEndings(" "), "").TrimEnd('.', ' ')) + line;
    }

    /// <summary>What the serializer says of types that are the program's own, in words for the writer of the JSON.</summary>
    private static string InPlainWords(JsonException? cause, string message)
    {
        if (cause is null) return message;
        if (UnknownKey().Match(message) is { Success: true } unknown) return $"{Quoted(unknown.Groups[1].Value)} is no key that is known there";
        if (RepeatedKey().Match(message) is { Success: true } repeated) return $"{Quoted(repeated.Groups[1].Value)} is there more than once";
        if (MissingKeys().Match(message) is { Success: true } missing) return $"it lacks {missing.Groups[1].Value}";
        string place = cause.Path is null or "$" ? "the whole" : Quoted(cause.Path.AsSpan(1).TrimStart('.'));
        if (IsOfNull().IsMatch(message)) return $"{place} is null, where something is expected";
        if (message.Contains("any JSON tokens", StringComparison.Ordinal)) return "there is nothing in it";
        if (message.Contains("trailing comma", StringComparison.Ordinal)) return "a comma has nothing after it";
        if (cause.InnerException is FormatException { Message: var format } && format.Contains(nameof(DateTimeOffset), StringComparison.Ordinal)) return $"{place} is not a time, such as 2026-01-31T12:00:00Z";
        if (OtherKind().Match(message) is not { Success: true } other) return message;
        return Kind(other.Groups[1].Value, isWhole: cause.Path is null or "$") is { } kind ? $"{place} is not {kind}" : $"{place} is of another kind than expected";
    }

    /// <summary>What a type of .NET is in JSON; null where that cannot be told, for of some parts of a record the serializer names the record's type.</summary>
    private static string? Kind(string type, bool isWhole)
    {
        string name = type.StartsWith("System.Nullable`1[", StringComparison.Ordinal) ? type[18..^1] : type;
        if (name.EndsWith("[]", StringComparison.Ordinal) || Listing().IsMatch(name)) return "a list";
        return name switch
        {
            "System.String" => "a text",
            "System.Boolean" => "true or false",
            "System.Int32" => "a whole number of at most 2,147,483,647",
            "System.Int64" => "a whole number",
            "System.Single" or "System.Double" => "a number",
            _ => isWhole || name.Contains("Dictionary`2[", StringComparison.Ordinal) ? "an object" : null,
        };
    }

    /// <summary>A number of things, such as "1 item" or "2,000 items".</summary>
    public static string Counted(long count, string noun) => $"{count:N0} {noun}{(count == 1 ? "" : "s")}";

    [GeneratedRegex(@"\s*(?:Path: \$.*? \| )?LineNumber: \d+ \| BytePositionInLine: \d+\.?")]
    private static partial Regex DotNetPlace();

    [GeneratedRegex("^Duplicate property '(.+?)' encountered")]
    private static partial Regex RepeatedKey();

    [GeneratedRegex(@"^The JSON property '(.*)' could not be mapped to any \.NET member")]
    private static partial Regex UnknownKey();

    [GeneratedRegex("doesn't allow (setting )?null values")]
    private static partial Regex IsOfNull();

    [GeneratedRegex(@"^The JSON value could not be converted to (\S+)$")]
    private static partial Regex OtherKind();

    [GeneratedRegex(@"^System\.Collections\.\w+(\.\w+)*\.I?(ReadOnly)?(List|Collection|Enumerable|ImmutableArray)`1\[")]
    private static partial Regex Listing();

    [GeneratedRegex(@"missing required properties including: (.*)$")]
    private static partial Regex MissingKeys();
}
