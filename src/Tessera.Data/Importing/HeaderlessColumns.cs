using System.Globalization;
using System.Text;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>The columns of events in a table without a header: by number, or in the usual order where the content agrees.</summary>
internal static class HeaderlessColumns
{
    /// <summary>Ratings above this are times.</summary>
    private const double LargestRating = 100_000_000;

    /// <summary>The columns from 0, and a sentence that says what was assumed where none was given.</summary>
    /// <param name="options">May give the columns' numbers.</param>
    /// <param name="records">The first records.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The numbers are not given or no columns, or the content contradicts the usual order.</exception>
    public static ((int User, int Item, int Rating, int Time) Columns, string? Assumed) Of(ImportOptions options, IReadOnlyList<string[]> records, string path)
    {
        int count = records.Count == 0 ? 0 : records[0].Length;
        if (count == 1) throw OneColumn(path, records[0][0]);
        if ((options.UserColumn ?? options.ItemColumn ?? options.RatingColumn ?? options.TimeColumn) is not null)
        {
            if (options.UserColumn is null || options.ItemColumn is null) throw Unclear(records, path, "only some of its columns are given");
            return ((Number(options.UserColumn), Number(options.ItemColumn), Optional(options.RatingColumn), Optional(options.TimeColumn)), null);
        }

        bool thirdIsTime = count > 2 && All(2, IsTime), fourthIsTime = count > 3 && All(3, IsTime);
        bool thirdIsRating = count > 2 && !thirdIsTime && All(2, IsRating);
        (string Names, (int, int, int, int) Columns)? usual = count switch
        {
            2 => ("user and item", (0, 1, -1, -1)),
            3 when thirdIsRating => ("user, item and rating", (0, 1, 2, -1)),
            3 when thirdIsTime => ("user, item and time", (0, 1, -1, 2)),
            4 when thirdIsRating && fourthIsTime => ("user, item, rating and time", (0, 1, 2, 3)),
            _ => null,
        };
        string name = Path.GetFileName(path);
        return usual is { } assumed
            ? (assumed.Columns, $"{name} has no header: its {count} columns were taken for {assumed.Names}; "
                + "--user-column, --item-column and so on say otherwise by number.")
            : throw Unclear(records, path, $"its {count} columns are not user, item, rating and time");

        bool All(int column, Func<string, bool> fits) => records.Where(record => record.Length == count).Select(record => record[column].Trim())
            .Where(cell => !SourceTime.IsAbsent(cell)).All(fits);

        int Optional(string? asked) => asked is null or ColumnNames.None ? -1 : Number(asked);

        int Number(string asked) => int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= count
            ? number - 1
            : throw new InvalidInputException(
                $"'{path}' has no header and no column {SourceText.Quoted(asked)}; "
                + $"expected a number from 1 to {count}: {Numbered(records)}, so give one of them.");
    }

    /// <summary>The first record with the numbers of its columns.</summary>
    public static string Numbered(IReadOnlyList<string[]> records) => records.Count == 0
        ? "none"
        : string.Join(", ", records[0].Take(20).Select((cell, at) => $"{at + 1} {SourceText.Quoted(cell)}")) + (records[0].Length > 20 ? ", …" : "");

    public static InvalidInputException OneColumn(string path, string cell, string before = "") => new(
        $"'{path}' has one column, as in {SourceText.Quoted(cell)}; expected more, so {before}say with --separator what stands between them.");

    private static InvalidInputException Unclear(IReadOnlyList<string[]> records, string path, string why) => new(
        $"'{path}' has no header and {why}; found {Numbered(records)}, "
        + "so give --user-column and --item-column, and --rating-column and --time-column where there are such, by number.");

    private static bool IsRating(string cell) =>
        double.TryParse(cell.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && Math.Abs(number) < LargestRating;

    private static bool IsTime(string cell) =>
        SourceTime.TryParse(Encoding.UTF8.GetBytes(cell.Replace(',', '.')), out long seconds) && SourceTime.IsPlausible(seconds);
}
