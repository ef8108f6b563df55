using Tessera.Data.EventLogs;
using Tessera.Data.Filtering;
using Tessera.Data.Splitting;

namespace Tessera.Data.Tests.Importing;

/// <summary>Where the items' pictures are found, and how they stay found.</summary>
public sealed class ItemPicturesTests : IDisposable
{
    private readonly ImportWorkplace _work = new();
    private readonly string _events;

    public ItemPicturesTests() => _events = Files.Write("events.csv", "user,item\na,0108775015\na,0110065001\nb,0110065001\n");

    private TemporaryDirectory Files => _work.Directory;

    public void Dispose() => _work.Dispose();

    [Fact]
    public void A_folder_is_searched_at_any_depth_for_the_names_of_the_items()
    {
        string[] pictures = [Files.Write("images/010/0108775015.jpg", ""), Files.Write("images/011/a/0110065001.PNG", "")];
        Files.Write("images/0110065001.txt", "");
        string table = Files.Write("articles.csv", "article_id,prod_name\n0108775015,Strap top\n0110065001,Bra\n0999,Sold out\n");
        var (result, _, items) = _work.Import("csv", _events, table, o => o with { Images = Files.In("images"), ItemIdColumn = "article_id" });
        Assert.Equal([.. pictures, null], items.Select(item => item.Image));
        Assert.Contains($"No picture in {Files.In("images")} for 1 item of articles.csv.", result.Notices);
    }

    [Fact]
    public void What_the_table_calls_a_picture_may_name_one_in_the_folder()
    {
        string[] pictures = [Files.Write("images/front.jpg", ""), Files.Write("images/back.1.jpg", "")];
        string table = Files.Write("items.csv", "item,image\n0108775015,shots\\front.jpg\n0110065001,https://example.org/back.1.jpg\n");
        Assert.Equal(pictures, _work.Import("csv", _events, table, o => o with { Images = Files.In("images") }).Items.Select(item => item.Image));
    }

    [Fact]
    public void A_path_inside_the_folder_is_that_of_its_own_item()
    {
        string[] pictures = [Files.Write("images/shoes/001.jpg", ""), Files.Write("images/bags/001.jpg", "")];
        string table = Files.Write("items.csv", "item,image\n0108775015,shoes/001.jpg\n0110065001,bags\\001.jpg\n");
        Assert.Equal(pictures, _work.Import("csv", _events, table, o => o with { Images = Files.In("images") }).Items.Select(item => item.Image));
    }

    [Fact]
    public void A_path_that_leads_out_of_the_folder_is_none_inside_it()
    {
        string inside = Files.Write("images/a.jpg", "");
        Files.Write("a.jpg", "");
        string table = Files.Write("tables/items.csv", $"item,image\n0108775015,../a.jpg\n0110065001,{Files.In("a.jpg")}\n");
        Assert.Equal([inside, inside], _work.Import("csv", _events, table, o => o with { Images = Files.In("images") }).Items.Select(item => item.Image));
    }

    [Fact]
    public void Only_what_is_the_extension_of_a_picture_is_left_away()
    {
        string[] pictures = [Files.Write("images/A.1.jpg", ""), Files.Write("images/A.jpg", ""), Files.Write("images/B.png", "")];
        string table = Files.Write("items.csv", "item,image\n0108775015,A.1\n0110065001,A.jpg\n3,https://example.org/B.jpg?size=2\n");
        var (_, _, items) = _work.Import("csv", _events, table, o => o with { Images = Files.In("images") });
        Assert.Equal(pictures, items.Select(item => item.Image));
    }

    [Fact]
    public void Of_several_pictures_that_could_be_meant_none_is_taken()
    {
        foreach (string file in new[] { "shoes/001.jpg", "bags/001.jpg", "0110065001.jpg", "0110065001.png", "3.jpg" }) Files.Write("images/" + file, "");
        string table = Files.Write("items.csv", "item,image\n0108775015,001.jpg\n0110065001,\n3,\n");
        const string Sample = "item '0108775015' may have 'bags/001.jpg' or 'shoes/001.jpg'; "
            + "expected one, so have the table's images name paths inside the folder, or rename or move pictures.";
        var (result, _, items) = _work.Import("csv", _events, table, o => o with { Images = Files.In("images") });
        Assert.Contains($"Several pictures in {Files.In("images")} could be meant for 2 items of items.csv, so none was taken: {Sample}", result.Notices);
        Assert.Equal([Files.In("001.jpg"), null, Files.In("images/3.jpg")], items.Select(item => item.Image));
        Directory.Delete(_work.Out, recursive: true);
        Files.Write("items.csv", "item,image\n0108775015,001.jpg\n0110065001,\n");
        Assert.Equal(
            $"Several pictures in {Files.In("images")} could be meant for each item of '{table}': {Sample}",
            _work.Refusal("csv", _events, table, o => o with { Images = Files.In("images") }));
        Files.Write("items.csv", "item,image\n0108775015,shoes/001.jpg\n0110065001,0110065001.png\n");
        Assert.Equal(
            [Files.In("images/shoes/001.jpg"), Files.In("images/0110065001.png")],
            _work.Import("csv", _events, table, o => o with { Images = Files.In("images") }).Items.Select(item => item.Image));
    }

    [Fact]
    public void Paths_may_have_backslashes()
    {
        string picture = Files.Write("shots/front/1.jpg", "");
        string table = Files.Write("items.csv", "item,image\n0108775015,shots\\front\\1.jpg\n0110065001,\n");
        Assert.Equal([picture, null], _work.Import("csv", _events, table).Items.Select(item => item.Image));
    }

    [Fact]
    public void No_picture_at_all_is_refused_with_an_item_and_a_remedy()
    {
        string table = Files.Write("items.csv", "item,image,file\n0108775015,a/1.jpg,b/1.jpg\n0110065001,a/2.jpg,b/2.jpg\n");
        string sentence =
            $"No picture of the items of '{table}' was found on the disk: item '0108775015' has '{Files.In("a/1.jpg")}'; "
            + "expected paths that count from the table's folder, so ";
        Assert.Equal(sentence + "move the pictures there or name their folder with --images.", _work.Refusal("csv", _events, table));
        Files.Write("b/2.jpg", "");
        Assert.Equal(sentence + "name the table's column 'file', which holds them, with --image-column.", _work.Refusal("csv", _events, table));
        table = Files.Write("items.csv", "item,file\n0108775015,b/1.jpg\n0110065001,b/2.jpg\n");
        Assert.Equal(Files.In("b/2.jpg"), _work.Import("csv", _events, table, o => o with { ImageColumn = "file" }).Items[1].Image);
    }

    [Fact]
    public void A_folder_without_a_picture_of_any_item_is_refused()
    {
        string table = Files.Write("items.csv", "item,number\n0108775015,17\n0110065001,\n"), images = Files.In("images");
        Assert.StartsWith($"There is no folder '{images}'", Refusal(), StringComparison.Ordinal);
        Files.Write("images/readme.txt", "");
        Assert.StartsWith($"'{images}' holds no picture; expected some with the names of items such as ITEM.jpg", Refusal(), StringComparison.Ordinal);
        Files.Write("images/17.jpg", "");
        string sentence = $"No picture of the items of '{table}' was found in {images}: item '0108775015' has none of that name, "
            + "the folder has for instance '17.jpg'; expected pictures such as ITEM.jpg, so ";
        Assert.Equal(sentence + "name the table's column 'number', which holds them, with --image-column.", Refusal());
        Files.Write("items.csv", "item,number\n0108775015,1\n0110065001,\n");
        Assert.Equal(sentence + "rename the pictures or name another folder.", Refusal());

        string Refusal() => _work.Refusal("csv", _events, table, o => o with { Images = images });
    }

    [Fact]
    public void Less_than_half_of_the_pictures_is_told()
    {
        Files.Write("a/1.jpg", "");
        string table = Files.Write("items.csv", "item,image\n0108775015,a/1.jpg\n0110065001,a/2.jpg\n3,a/3.jpg\n");
        Assert.Contains(
            $"No picture on the disk for 2 items of items.csv, more than half: item '0110065001' has '{Files.In("a/2.jpg")}'; "
            + "if this is not meant, move the pictures there or name their folder with --images.",
            _work.Run("csv", _events, table).Notices);
    }

    [Fact]
    public void Pictures_beside_the_folders_stay_found_when_all_are_moved_together()
    {
        Files.Write("shop/pictures/1.jpg", "one");
        string elsewhere = Files.Write("elsewhere/2.jpg", "two");
        string table = Files.Write("shop/items.csv", $"item,image\n0108775015,pictures/1.jpg\n0110065001,{elsewhere}\n");
        string[] folders = [Files.In("shop/log"), Files.In("shop/likes"), Files.In("shop/data")];
        string events = Files.Write("shop/events.csv", "user,item,time\na,0108775015,1000000001\na,0110065001,1000000002\na,3,1000000003\nb,3,1000000004\n");
        _work.Run("csv", events, table, o => o with { Directory = folders[0] });
        EventLogFilter.Write(EventLog.Open(folders[0]), new FilterOptions(), folders[1], TestContext.Current.CancellationToken);
        EventLogSplitter.Write(EventLog.Open(folders[1]), SplitScheme.LeaveOneOut, 1, folders[2], TestContext.Current.CancellationToken);
        foreach (string folder in folders)
            Assert.Contains("\"image\":\"../pictures/1.jpg\"", File.ReadAllText(Path.Combine(folder, "items.jsonl")), StringComparison.Ordinal);
        Directory.Move(Files.In("shop"), Files.In("moved"));
        ItemRecord[] items = [.. EventLog.Open(Files.In("moved/likes")).ItemTable()];
        Assert.Equal(["one", "two"], items[..2].Select(item => File.ReadAllText(item.Image!)));
        EventLogFilter.Write(EventLog.Open(Files.In("moved/likes")), new FilterOptions(), Files.In("far/away/log"), TestContext.Current.CancellationToken);
        Assert.Equal(items.Select(item => item.Image), EventLog.Open(Files.In("far/away/log")).ItemTable().Select(item => item.Image));
    }
}
