namespace Tessera.Data.Tests.Importing;

/// <summary>Tables and events that do not speak of the same items.</summary>
public sealed class ItemJoinTests : IDisposable
{
    private readonly ImportWorkplace _work = new();
    private readonly string _events;

    public ItemJoinTests() => _events = _work.Directory.Write("events.csv", "user,item\na,0010\nb,0010\na,0020\nb,0030\nc,0040\n");

    public void Dispose() => _work.Dispose();

    [Fact]
    public void A_table_that_has_no_item_of_the_events_is_refused_with_an_id_of_each()
    {
        string table = _work.Directory.Write("items.csv", "item,title\n10,A\n20,B\n");
        Assert.Equal(
            $"No event is of an item that '{table}' has: the events have items such as '0010', the table such as '10'; expected the same ids in both, "
            + "so check that the files belong together, or say with --item-column and --item-id-column which columns do.",
            _work.Refusal("csv", _events, table));
    }

    [Fact]
    public void The_column_that_would_match_is_named_and_naming_it_works()
    {
        string table = _work.Directory.Write("items.csv", "id,title,code,year\n1,A,0010,0010\n2,B,0020,1999\n3,C,0030,\n4,D,0040,\n");
        Assert.EndsWith(
            "expected the same ids in both, so name the table's column 'code', which holds them, with --item-id-column.",
            _work.Refusal("csv", _events, table), StringComparison.Ordinal);
        Assert.Equal(4, _work.Run("csv", _events, table, o => o with { ItemIdColumn = "code" }).DescribedItems);
    }

    [Fact]
    public void A_format_without_column_options_names_those_that_have_them()
    {
        string events = _work.Directory.Write("e.inter", "user_id:token\titem_id:token\na\tx\nb\ty\n");
        string table = _work.Directory.Write("e.item", "item_id:token\tcode:token\n1\tx\n2\ty\n");
        Assert.EndsWith(
            "so import the files as csv and name the table's column 'code', which holds them, with --item-id-column.",
            _work.Refusal("recbole", events, table), StringComparison.Ordinal);
    }

    [Fact]
    public void A_format_that_has_only_the_table_s_column_names_that()
    {
        _work.Directory.Write("in/baby.inter", "userID\titemID\tx_label\n0\t1\t0\n1\t0\t0\n");
        string table = _work.Directory.Write("items.csv", "asin,title\nA,Ay\n");
        Assert.EndsWith("or say with --item-id-column which column does.", _work.Refusal("mmrec", _work.Directory.In("in"), table), StringComparison.Ordinal);
        table = _work.Directory.Write("items.csv", "asin,code\nA,0\nB,1\n");
        Assert.EndsWith("so name the table's column 'code', which holds them, with --item-id-column.", _work.Refusal("mmrec", _work.Directory.In("in"), table), StringComparison.Ordinal);
        Assert.Equal(2, _work.Run("mmrec", _work.Directory.In("in"), table, o => o with { ItemIdColumn = "code" }).DescribedItems);
    }

    [Fact]
    public void Under_half_of_the_events_is_told()
    {
        string table = _work.Directory.Write("items.csv", "item,title,code\n0010,A,\nx2,B,0020\nx3,C,0030\n");
        Assert.Contains(
            "Only 40 % of the events are of items that items.csv has: the events have items such as '0020', the table such as 'x2'; "
            + "if this is not meant, name the table's column 'code', which holds them, with --item-id-column.",
            _work.Run("csv", _events, table).Notices);
        Directory.Delete(_work.Out, recursive: true);
        table = _work.Directory.Write("items.csv", "item,title\n0010,A\n0040,B\nx3,C\n");
        Assert.DoesNotContain(_work.Run("csv", _events, table).Notices, notice => notice.StartsWith("Only", StringComparison.Ordinal));
    }

    [Fact]
    public void A_data_set_needs_a_record_of_one_of_its_items()
    {
        _work.Directory.Write("in/baby.inter", "userID\titemID\tx_label\n0\t1\t0\n1\t0\t0\n0\t0\t2\n1\t2\t1\n");
        string table = _work.Directory.Write("items.csv", "asin,title\nA,Ay\n");
        Assert.StartsWith(
            $"No event is of an item that '{table}' has: the events have items such as '0', the table such as 'A'",
            _work.Refusal("mmrec", _work.Directory.In("in"), table), StringComparison.Ordinal);
    }
}
