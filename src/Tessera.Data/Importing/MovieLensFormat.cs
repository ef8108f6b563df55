using System.Text.RegularExpressions;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>
/// MovieLens as GroupLens publishes it (Harper and Konstan, 2015): 100K's <c>u.data</c> and <c>u.item</c>, 1M's and 10M's
/// <c>ratings.dat</c> and <c>movies.dat</c>, and the newer ones' <c>ratings.csv</c> and <c>movies.csv</c>.
/// </summary>
internal sealed partial class MovieLensFormat : SourceFormat
{
    private static readonly (string Ratings, string Movies)[] Releases = [("ratings.csv", "movies.csv"), ("u.data", "u.item"), ("ratings.dat", "movies.dat")];

    /// <summary>The last columns of <c>u.item</c>, each 1 where the movie is of the genre.</summary>
    private static readonly string[] Genres =
    [
        "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama", "Fantasy", "Film-Noir", "Horror", "Musical",
        "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
    ];

    private const int FirstGenre = 5;

    public override IReadOnlyList<string> OwnOptions(ImportOptions options) =>
        options.Items is { } table && !IsPublished(table) ? CsvFormat.TableOptions : [];

    /// <summary>The files of a folder.</summary>
    public override ImportOptions Located(ImportOptions options)
    {
        if (!Directory.Exists(options.Events)) return options;
        foreach ((string ratings, string movies) in Releases)
        {
            if (!File.Exists(Path.Combine(options.Events, ratings))) continue;
            string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Events)), table = Path.Combine(options.Events, movies);
            return options with
            {
                Name = options.Name ?? Path.GetFileName(folder),
                Events = Path.Combine(options.Events, ratings),
                Items = options.Items ?? (File.Exists(table) ? table : null),
            };
        }

        throw new InvalidInputException(
            $"'{options.Events}' holds none of {string.Join(", ", Releases.Select(release => release.Ratings))}; "
            + "expected a folder of MovieLens, so name the one that was unpacked.");
    }

    public override void ReadEvents(ImportOptions options, EventSink sink)
    {
        using var file = new DelimitedFile(options.Events, new TableLayout { Encoding = options.Encoding, Before = Instead, Cancellation = sink.Cancellation });
        if (file.Columns.Count != 4)
            throw new InvalidInputException(
                $"'{options.Events}' has {SourceText.Counted(file.Columns.Count, "column")}; "
                + "expected user, movie, rating and time as in u.data, ratings.dat or ratings.csv, so name one of them.");
        DelimitedSource.ReadEvents(file, (0, 1, 2, 3), sink);
    }

    public override void ReadItems(ImportOptions options, ItemSink sink)
    {
        if (!IsPublished(sink.TablePath))
        {
            CsvFormat.ReadTable(options, sink);
            return;
        }

        string? encoding = options.Encoding ?? (IsLatin1(sink) ? "iso-8859-1" : null);
        using var file = new DelimitedFile(sink.TablePath, new TableLayout { Encoding = encoding, Before = Instead, Cancellation = sink.Cancellation });
        bool hasFlags = file.Columns.Count == FirstGenre + Genres.Length;
        if (file.Columns.Count != 3 && !hasFlags)
            throw new InvalidInputException(
                $"'{sink.TablePath}' has {SourceText.Counted(file.Columns.Count, "column")}; "
                + "expected those of u.item, movies.dat or movies.csv, so restore the file or import as csv.");
        DelimitedSource.ReadItems(file, 0, Texts, _ => null, sink);

        IEnumerable<KeyValuePair<string, string>> Texts()
        {
            Match title = TitleAndYear().Match(file.Text(1).Trim());
            IEnumerable<string> genres = hasFlags
                ? Genres.Where((genre, flag) => genre != "unknown" && file.Field(FirstGenre + flag).SequenceEqual("1"u8))
                : file.Text(2).Trim().Split('|').Where(genre => genre != "(no genres listed)");
            yield return KeyValuePair.Create("title", title.Groups[1].Value);
            yield return KeyValuePair.Create("year", title.Groups[2].Value);
            yield return KeyValuePair.Create("genres", string.Join(", ", genres));
        }
    }

    /// <summary>Whether it is the table of 100K or 1M; 10M's has the name of 1M's, but is UTF-8, as the newer ones are.</summary>
    private static bool IsLatin1(ItemSink sink) =>
        !Path.GetFileName(sink.TablePath).StartsWith("movies.csv", StringComparison.Ordinal) && !SourceEncoding.IsUtf8(sink.TablePath, sink.Cancellation);

    private static bool IsPublished(string table) => Releases.Any(release => Path.GetFileName(table).StartsWith(release.Movies, StringComparison.Ordinal));

    /// <summary>A title and the year in parentheses behind it, if there is one.</summary>
    [GeneratedRegex(@"^(.*?)\s*(?:\((\d{4})[^()]*\))?$", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex TitleAndYear();
}
