using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>How a table is laid out in its file, as far as it is known; what is unset is found out by <see cref="TableDetector"/>.</summary>
internal sealed record TableLayout
{
    /// <summary>The separator <c>" "</c> stands for any run of spaces.</summary>
    public const string Spaces = " ";

    /// <summary>One character or several.</summary>
    public string? Separator { get; init; }

    /// <summary>Whether quotes stand around fields, doubled inside them, or are ordinary characters.</summary>
    public bool? Quotes { get; init; }

    /// <summary>Whether the first line names the columns.</summary>
    public bool? Header { get; init; }

    /// <summary>Name of the encoding where it is neither UTF-8 nor told by a byte order mark.</summary>
    public string? Encoding { get; init; }

    /// <summary>Whether the settings above are only for what the file leaves open, as they were given for another one.</summary>
    public bool IsFallback { get; init; }

    /// <summary>Stops the reading.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Columns as they were asked for; a first line that holds one is a header.</summary>
    public IReadOnlyList<string> Asked { get; init; } = [];

    /// <summary>The option that names a column.</summary>
    public string ColumnOption { get; init; } = "--user-column";

    /// <summary>How a remedy begins that gives an option of the layout; not empty in a format without such options.</summary>
    public string Before { get; init; } = "";

    /// <summary>The layout of a table of events.</summary>
    public static TableLayout OfEvents(ImportOptions options) =>
        Of(options) with { Asked = Given(options.UserColumn, options.ItemColumn, options.RatingColumn, options.TimeColumn) };

    /// <summary>The layout of an item table, whose separator and header may be others than those of the events.</summary>
    public static TableLayout OfItems(ImportOptions options) =>
        Of(options) with { Asked = Given(options.ItemIdColumn, options.ImageColumn), ColumnOption = "--item-id-column", IsFallback = true };

    private static TableLayout Of(ImportOptions options) => new()
    {
        Separator = SeparatorOf(options.Separator),
        Quotes = options.Quote switch
        {
            null => null,
            "none" => false,
            "double" => true,
            _ => throw new InvalidInputException($"There is no --quote {SourceText.Quoted(options.Quote)}; expected none or double, so give one of them."),
        },
        Header = options.NoHeader ? false : null,
        Encoding = options.Encoding,
    };

    /// <exception cref="InvalidInputException">It cannot separate fields.</exception>
    private static string? SeparatorOf(string? given)
    {
        string? separator = given switch
        {
            "tab" or "\\t" => "\t",
            "comma" => ",",
            "semicolon" => ";",
            "pipe" => "|",
            "space" or "spaces" => Spaces,
            _ => given?.Replace("\\t", "\t", StringComparison.Ordinal),
        };
        if (separator is null) return null;
        if (separator.Any(c => c is '"' or '\r' or '\n' or '\u001F' || char.IsSurrogate(c)) || System.Text.Encoding.UTF8.GetByteCount(separator) is 0 or > 16)
            throw new InvalidInputException(
                $"The separator {SourceText.Quoted(separator)} cannot be used; "
                + "expected 1 to 16 bytes without quotes and line ends, such as ';', '::' or 'tab'.");
        return separator.All(c => c == ' ') ? Spaces : separator;
    }

    private static string[] Given(params string?[] columns) => [.. columns.OfType<string>()];
}
