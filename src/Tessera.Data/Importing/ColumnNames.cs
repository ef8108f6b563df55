using System.Globalization;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Finds the columns that matter by the names they usually have.</summary>
/// <param name="columns">The names found.</param>
/// <param name="where">Where they are, such as "Line 1 of 'events.csv'".</param>
/// <param name="areNumbered">Whether a column may be asked for by its number, from 1.</param>
/// <param name="before">How a remedy begins that names a column.</param>
internal sealed class ColumnNames(IReadOnlyList<string> columns, string where, bool areNumbered = false, string before = "")
{
    /// <summary>What is asked for where a column of ratings or times is not to be used.</summary>
    public const string None = "none";

    private static readonly string[] UserNames =
    [
        "user", "userid", "reviewerid", "uid", "customerid", "visitorid", "customer", "visitor", "member", "memberid", "buyerid", "clientid",
        "accountid", "profileid", "playerid", "personid", "readerid", "listenerid", "steamid", "username", "userno", "usernum", "customerno",
        "customernumber", "sessionid", "session",
    ];

    private static readonly string[] ItemNames =
    [
        "item", "itemid", "parentasin", "asin", "productid", "movieid", "iid", "bookid", "artistid", "trackid", "songid", "albumid", "gameid", "appid",
        "animeid", "mangaid", "businessid", "articleid", "newsid", "recipeid", "videoid", "isbn", "isbn13", "sku", "skuid", "goodsid", "itemno", "itemnum",
        "productno", "productcode", "stockcode", "contentid", "listingid", "restaurantid", "hotelid", "venueid", "poiid", "courseid", "jobid", "beerid",
        "product", "movie", "book", "artist", "track", "song", "album", "game", "anime", "article", "recipe", "video", "business", "poi",
    ];

    private static readonly string[] RatingNames =
    [
        "rating", "overall", "score", "stars", "ratings", "bookrating", "userrating", "reviewrating", "reviewoverall", "starrating",
    ];

    private static readonly string[] TimeNames =
    [
        "timestamp", "time", "unixreviewtime", "datetime", "date", "eventtime", "eventtimestamp", "unixtime", "unixtimestamp", "createdat", "ts", "eventdate",
        "purchasedate", "orderdate", "transactiondate", "tdat", "invoicedate", "ratedat", "playedat", "watchedat", "visittime", "reviewdate", "reviewtime",
    ];

    private static readonly string[] RecordNames = [.. ItemNames, "id"];

    private static readonly string[] ImageNames =
    [
        "image", "imagepath", "imurl", "imageurl", "pictureurl", "picture", "imgurl", "posterurl", "poster", "thumbnail", "coverurl", "images", "imageurls",
    ];

    /// <summary>Names that only tell a header from a record.</summary>
    private static readonly string[] TextNames =
    [
        "title", "name", "description", "genre", "genres", "category", "categories", "brand", "author", "authors", "price", "year", "text", "review",
        "comment", "summary", "plot", "tags", "url", "weight", "count", "quantity", "event", "eventtype", "age", "gender", "label", "xlabel",
    ];

    private static readonly HashSet<string> Known = [.. UserNames, .. RecordNames, .. RatingNames, .. TimeNames, .. ImageNames, .. TextNames];

    /// <summary>Whether this is a name that columns usually have.</summary>
    public static bool IsKnown(string name) => Known.Contains(Plain(name));

    /// <summary>The columns of events, -1 for ratings or times where there are none.</summary>
    public (int User, int Item, int Rating, int Time) OfEvents(ImportOptions options)
    {
        int? user = Find(options.UserColumn, UserNames), item = Find(options.ItemColumn, ItemNames);
        if (user is null || item is null)
        {
            (string kind, string option) = (user, item) switch
            {
                (null, null) => ("user column and no item column", "--user-column and --item-column which they are"),
                (null, _) => ("user column", "--user-column which it is"),
                _ => ("item column", "--item-column which it is"),
            };
            throw new InvalidInputException($"{where} names no {kind}; found {Listed}, so {before}say with {option}.");
        }

        return (user.Value, item.Value, FindOrNone(options.RatingColumn, RatingNames), FindOrNone(options.TimeColumn, TimeNames));
    }

    /// <summary>The column of the items' ids in an item table.</summary>
    public int ItemId(string? asked) => ItemIdIfNamed(asked) ?? throw NoItemId();

    /// <summary>The same, null where no column has a usual name.</summary>
    public int? ItemIdIfNamed(string? asked) => Find(asked, RecordNames);

    public InvalidInputException NoItemId() => new($"{where} names no item column; found {Listed}, so {before}say with --item-id-column which it is.");

    /// <summary>Whether this is a usual name for ratings.</summary>
    public static bool IsRating(string name) => RatingNames.Contains(Plain(name));

    /// <summary>Whether this is a usual name for times.</summary>
    public static bool IsTime(string name) => TimeNames.Contains(Plain(name));

    /// <summary>The pictures' column, -1 where there is none.</summary>
    public int Image(string? asked) => Find(asked, ImageNames) ?? -1;

    private int FindOrNone(string? asked, string[] known) => asked == None && !columns.Contains(None) ? -1 : Find(asked, known) ?? -1;

    /// <exception cref="InvalidInputException">There is no column with the given name, or there are two.</exception>
    private int? Find(string? asked, string[] known)
    {
        if (asked is not null)
        {
            int[] named = [.. Enumerable.Range(0, columns.Count).Where(i => columns[i] == asked)];
            bool isNumber = int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= columns.Count;
            if (named.Length == 0 && areNumbered && isNumber) return number - 1;
            return named.Length switch
            {
                1 => named[0],
                0 => throw new InvalidInputException($"{where} has no column {SourceText.Quoted(asked)}; expected one of {Listed}, so {before}name another."),
                _ => throw new InvalidInputException($"{where} has {named.Length} columns {SourceText.Quoted(asked)}; expected one, so rename the others."),
            };
        }

        string[] plain = [.. columns.Select(Plain)];
        return known.Select(name => (int?)Array.IndexOf(plain, name)).FirstOrDefault(at => at >= 0);
    }

    private string Listed => columns.Count == 0 ? "none" : string.Join(", ", columns.Take(20).Select(name => SourceText.Quoted(name)));

    /// <summary>Without upper case, underscores, dashes and spaces, in which the usual names differ.</summary>
    private static string Plain(string column) => string.Concat(column.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
