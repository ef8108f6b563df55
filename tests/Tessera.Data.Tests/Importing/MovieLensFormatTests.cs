using System.Text;

namespace Tessera.Data.Tests.Importing;

/// <summary>MovieLens and Last.fm as they are published.</summary>
public sealed class MovieLensFormatTests : IDisposable
{
    private const string Data = "196\t242\t3\t881250949\n186\t302\t3\t891717742\n196\t2\t4\t881250950\n";

    private const string Item =
        "242|Kolya (1996)|24-Jan-1997||http://us.imdb.com/M/title-exact?Kolya%20(1996)|0|0|0|0|0|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n"
        + "302|Misérables, Les (1995)|01-Jan-1995||http://x|0|0|0|0|1|0|0|0|1|0|0|0|1|0|0|0|0|0|0\n"
        + "2|unknown|||http://x|1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n";

    private const string Ratings = "1::1193::5::978300760\n1::661::3::978302109\n2::1193::4::978298413\n";

    private const string Movies =
        "661::James and the Giant Peach (1996)::Animation|Children's|Musical\n1193::Misérables, Les: \"One\" (1975)::Drama\n3::Other: The (Sub) (2000)::Comedy\n";

    private readonly ImportWorkplace _work = new();

    private TemporaryDirectory Files => _work.Directory;

    public void Dispose() => _work.Dispose();

    [Fact]
    public void The_100K_release_is_read_with_one_command()
    {
        Files.Write("ml-100k/u.data", Data);
        Files.Write("ml-100k/u.item", Encoding.Latin1.GetBytes(Item));
        var (result, events, items) = _work.Import("movielens", Files.In("ml-100k"));
        Assert.Equal(("ml-100k", 2, 3, 3L, 3), (result.Name, result.Users, result.Items, result.Events, result.DescribedItems));
        Assert.Equal([("196", "242", 881250949L, 3f), ("196", "2", 881250950, 4), ("186", "302", 891717742, 3)], events);
        Assert.Equal([("title", "Kolya"), ("year", "1996"), ("genres", "Comedy")], items[0].Texts.Select(text => (text.Key, text.Value)));
        Assert.Equal([("title", "Misérables, Les"), ("year", "1995"), ("genres", "Children's, Drama, Musical")], items[1].Texts.Select(text => (text.Key, text.Value)));
        Assert.Equal([("title", "unknown")], items[2].Texts.Select(text => (text.Key, text.Value)));
        Assert.Empty(result.Notices);
        Directory.Delete(_work.Out, recursive: true);
        Assert.Equal(("u", 3), (_work.Run("movielens", Files.In("ml-100k/u.data"), Files.In("ml-100k/u.item")).Name, 3));
    }

    [Fact]
    public void The_1M_release_is_read_with_one_command()
    {
        Files.Write("ml-1m/ratings.dat", Ratings);
        Files.Write("ml-1m/movies.dat", Encoding.Latin1.GetBytes(Movies));
        var (result, events, items) = _work.Import("movielens", Files.In("ml-1m"), with: o => o with { Name = "ml" });
        Assert.Equal(("ml", 3L), (result.Name, result.Events));
        Assert.Equal(("1", "1193", 978300760L, 5f), events[0]);
        Assert.Equal([("title", "Misérables, Les: \"One\""), ("year", "1975"), ("genres", "Drama")], items[0].Texts.Select(text => (text.Key, text.Value)));
        Assert.Equal([("title", "James and the Giant Peach"), ("year", "1996"), ("genres", "Animation, Children's, Musical")], items[1].Texts.Select(text => (text.Key, text.Value)));
    }

    [Fact]
    public void The_10M_release_is_UTF_8()
    {
        Files.Write("ml-10M100K/ratings.dat", Ratings);
        Files.Write("ml-10M100K/movies.dat", string.Concat(Enumerable.Range(5000, 3000).Select(movie => $"{movie}::Without Accents (1990)::Drama\n")) + Movies);
        var (result, _, items) = _work.Import("movielens", Files.In("ml-10M100K"));
        Assert.Equal("Misérables, Les: \"One\"", items[0].Texts["title"]);
        Assert.DoesNotContain(result.Notices, notice => notice.Contains("encoding", StringComparison.Ordinal));
    }

    [Fact]
    public void The_table_found_in_the_folder_may_have_pictures_but_its_columns_are_known()
    {
        Files.Write("ml-100k/u.data", Data);
        Files.Write("ml-100k/u.item", Encoding.Latin1.GetBytes(Item));
        string picture = Files.Write("posters/242.jpg", "");
        Assert.Equal(picture, _work.Import("movielens", Files.In("ml-100k"), with: o => o with { Images = Files.In("posters") }).Items[0].Image);
        Directory.Delete(_work.Out, recursive: true);
        Assert.StartsWith("Format movielens has no --item-id-column;", _work.Refusal("movielens", Files.In("ml-100k"), with: o => o with { ItemIdColumn = "1" }), StringComparison.Ordinal);
        Assert.StartsWith("Format movielens has no --image-column;", _work.Refusal("movielens", Files.In("ml-100k"), with: o => o with { ImageColumn = "5" }), StringComparison.Ordinal);
        File.Delete(Files.In("ml-100k/u.item"));
        Assert.Equal(
            "There is no item table for --images; expected one, so name it with --items.",
            _work.Refusal("movielens", Files.In("ml-100k"), with: o => o with { Images = Files.In("posters") }));
    }

    [Fact]
    public void A_table_of_ones_own_may_be_laid_out_in_any_way()
    {
        string events = Files.Write("u.data", Data), items = Files.Write("own.csv", "242,\"Kolya\" 1\n302,Other\n2,More\n");
        Assert.Contains("or give --quote none", _work.Refusal("movielens", events, items, o => o with { ItemIdColumn = "1", NoHeader = true }), StringComparison.Ordinal);
        var (_, _, records) = _work.Import("movielens", events, items, o => o with { ItemIdColumn = "1", NoHeader = true, Quote = "none" });
        Assert.Equal("\"Kolya\" 1", records[0].Texts["column2"]);
    }

    [Fact]
    public void The_newer_releases_are_read_with_one_command()
    {
        Files.Write("ml-latest/ratings.csv", "userId,movieId,rating,timestamp\n1,296,5.0,1147880044\n1,306,3.5,1147868817\n");
        Files.Write("ml-latest/movies.csv", "movieId,title,genres\n296,\"Pulp \"\"Fiction\"\", é (1994)\",Comedy|Crime\n306,Untitled,(no genres listed)\n");
        var (result, events, items) = _work.Import("movielens", Files.In("ml-latest"));
        Assert.Equal([("1", "306", 1147868817L, 3.5f), ("1", "296", 1147880044, 5)], events);
        Assert.Equal([("title", "Pulp \"Fiction\", é"), ("year", "1994"), ("genres", "Comedy, Crime")], items[0].Texts.Select(text => (text.Key, text.Value)));
        Assert.Equal([("title", "Untitled")], items[1].Texts.Select(text => (text.Key, text.Value)));
        Assert.Empty(result.Notices);
    }

    [Fact]
    public void Another_item_table_may_stand_in()
    {
        Files.Write("ml-100k/u.data", Data);
        Files.Write("ml-100k/u.item", Encoding.Latin1.GetBytes(Item));
        string items = Files.Write("items.jsonl", "{\"item\":\"242\",\"title\":\"Kolya\",\"plot\":\"A cellist.\",\"image\":\"posters/242.jpg\"}\n");
        Files.Write("posters/242.jpg", "");
        var (_, _, records) = _work.Import("movielens", Files.In("ml-100k"), items);
        Assert.Equal("A cellist.", records[0].Texts["plot"]);
        Assert.Equal(Files.In("posters/242.jpg"), records[0].Image);
    }

    [Fact]
    public void Other_folders_and_files_are_refused()
    {
        Directory.CreateDirectory(Files.In("empty"));
        Assert.Equal(
            $"'{Files.In("empty")}' holds none of ratings.csv, u.data, ratings.dat; expected a folder of MovieLens, so name the one that was unpacked.",
            _work.Refusal("movielens", Files.In("empty")));
        string path = Files.Write("u.data", "1\t2\n1\t3\n");
        Assert.Contains("has 2 columns; expected user, movie, rating and time", _work.Refusal("movielens", path), StringComparison.Ordinal);
        string events = Files.Write("ok.data", Data), items = Files.Write("u.item", "1|x\n2|y\n");
        Assert.Contains("has 2 columns; expected those of u.item", _work.Refusal("movielens", events, items), StringComparison.Ordinal);
    }

    [Fact]
    public void Last_fm_2K_is_read_as_it_is_published()
    {
        string folder = PublishedData.Find("raw/lastfm-2k");
        var result = _work.Run("csv", Path.Combine(folder, "user_artists.dat"), Path.Combine(folder, "artists.dat"));
        Assert.Equal((1892, 92_834L), (result.Users, result.Events));
        Assert.Equal(17_632, result.DescribedItems);
        Assert.Contains("Ignored column 'weight' of user_artists.dat.", result.Notices);
    }

    [Fact]
    public void Movies_of_MovieLens_1M_are_read_as_they_are_published()
    {
        string movies = Path.Combine(PublishedData.Find("raw/movielens-1m"), "movies.dat");
        string ratings = Files.Write("ratings.dat", string.Concat(Enumerable.Range(1, 3952).Select(movie => $"{movie % 50}::{movie}::4::978300760\n")));
        var (result, _, items) = _work.Import("movielens", ratings, movies);
        Assert.Equal(3883, result.DescribedItems);
        Assert.Equal("Misérables, Les", items.First(item => item.Id == "73").Texts["title"]);
        Assert.Equal("Animation, Children's, Comedy", items.First(item => item.Id == "1").Texts["genres"]);
    }
}
