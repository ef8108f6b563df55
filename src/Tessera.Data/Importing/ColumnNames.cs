using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Finds the columns that matter by the names they usually have.</summary>
/// <param name="columns">The names found.</param>
/// <param name="where">Where they are, such as "Line 1 of 'events.csv'".</param>
internal sealed class ColumnNames(IReadOnlyList<string> columns, string where)
{
    private static readonly string[] UserNames = ["user", "userid", "reviewerid", "uid", "customerid"];
    private static readonly string[] ItemNames = ["item", "itemid", "asin", "productid", "movieid", "iid"];
    private static readonly string[] RatingNames = ["rating", "overall", "score", "stars"];
    private static readonly string[] TimeNames = ["timestamp", "time", "unixreviewtime", "datetime", "date"];
    private static readonly string[] RecordNames = [.. ItemNames, "id"];
    private static readonly string[] ImageNames = ["image", "imagepath", "imurl", "imageurl", "images", "imageurls"];

    /// <summary>The columns of events, -1 for ratings or times where there are none.</summary>
    public (int User, int Item, int Rating, int Time) OfEvents(ImportOptions options) =>
    (
        Find(options.UserColumn, UserNames) ?? throw Absent("user", "--user-column"),
        Find(options.ItemColumn, ItemNames) ?? throw Absent("item", "--item-column"),
        Find(options.RatingColumn, RatingNames) ?? -1,
        Find(options.TimeColumn, TimeNames) ?? -1);

    /// <summary>The column of the items' ids in an item table.</summary>
    public int ItemId(string? asked) => Find(asked, RecordNames) ?? throw Absent("item", "--item-id-column");

    /// <summary>Whether this is a usual name for ratings.</summary>
    public static bool IsRating(string name) => RatingNames.Contains(Plain(name));

    /// <summary>Whether this is a usual name for times.</summary>
    public static bool IsTime(string name) => TimeNames.Contains(Plain(name));

    /// <summary>The pictures' column, -1 where there is none.</summary>
    public int Image(string? asked) => Find(asked, ImageNames) ?? -1;

    /// <exception cref="InvalidInputException">There is no column with the given name, or there are two.</exception>
    private int? Find(string? asked, string[] known)
    {
        if (asked is not null)
        {
            int[] named = [.. Enumerable.Range(0, columns.Count).Where(i => columns[i] == asked)];
            return named.Length switch
            {
                1 => named[0],
                0 => throw new InvalidInputException($"{where} has no column {SourceText.Quoted(asked)}; expected one of {Listed}, so name another."),
                _ => throw new InvalidInputException($"{where} has {named.Length} columns {SourceText.Quoted(asked)}; expected one, so rename the others."),
            };
        }

        string[] plain = [.. columns.Select(Plain)];
        return known.Select(name => (int?)Array.IndexOf(plain, name)).FirstOrDefault(at => at >= 0);
    }

    private InvalidInputException Absent(string kind, string option) =>
        new($"{where} names no {kind} column; found {Listed}, so say with {option} which it is.");

    private string Listed => columns.Count == 0 ? "none" : string.Join(", ", columns.Take(20).Select(name => SourceText.Quoted(name)));

    /// <summary>Without upper case, underscores, dashes and spaces, in which the usual names differ.</summary>
    private static string Plain(string column) => string.Concat(column.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
