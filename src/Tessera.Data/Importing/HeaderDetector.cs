using System.Globalization;
using System.Text;

namespace Tessera.Data.Importing;

/// <summary>Tells a table's header from its first record.</summary>
internal static class HeaderDetector
{
    /// <summary>Whether the first of some records names the columns; null where both can be.</summary>
    /// <param name="records">The first records.</param>
    /// <param name="asked">Names or numbers of columns that were asked for.</param>
    public static bool? HasHeader(IReadOnlyList<string[]> records, IReadOnlyList<string> asked)
    {
        if (records.Count == 0) return true;
        string[] first = [.. records[0].Select(cell => cell.Trim())];
        int known = first.Count(ColumnNames.IsKnown), values = first.Count(IsValue);
        bool named = asked.Any(name => !IsNumber(name) && name != ColumnNames.None);
        if (known == first.Length) return true;
        if (named || known > 1) return named || !Returns(records, first) ? true : null;
        if (values > 0) return known == 0 ? false : null;
        if (known == 1 && asked.Count == 0 && !Returns(records, first)) return true;
        bool returns = Returns(records, first), stands = StandsOverNumbers(records, first);
        return returns == stands ? null : stands;
    }

    /// <summary>Whether a cell comes again in its column, as ids do; lines that repeat the first one tell nothing.</summary>
    private static bool Returns(IReadOnlyList<string[]> records, string[] first) =>
        records.Skip(1).Where(record => !record.Select(cell => cell.Trim('\uFEFF')).SequenceEqual(records[0]))
            .Any(record => record.Zip(first).Any(pair => pair.Second.Length > 0 && pair.First.Trim() == pair.Second));

    /// <summary>Whether a cell that is no number is alone so in its column.</summary>
    private static bool StandsOverNumbers(IReadOnlyList<string[]> records, string[] first) => first.Index().Any(cell =>
    {
        if (SourceTime.IsAbsent(cell.Item) || IsValue(cell.Item)) return false;
        string[] below =
        [
            .. records.Skip(1).Where(record => cell.Index < record.Length).Select(record => record[cell.Index].Trim())
                .Where(value => !SourceTime.IsAbsent(value) && value != cell.Item),
        ];
        return below.Length > 0 && below.All(IsValue);
    });

    /// <summary>A number or a time.</summary>
    private static bool IsValue(string cell) => IsNumber(cell) || IsNumber(cell.Replace(',', '.')) || SourceTime.TryParse(Encoding.UTF8.GetBytes(cell), out _);

    private static bool IsNumber(string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);
}
