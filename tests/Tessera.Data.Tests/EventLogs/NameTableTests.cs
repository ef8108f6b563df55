using System.Text;
using Tessera.Data.EventLogs;

namespace Tessera.Data.Tests.EventLogs;

public sealed class NameTableTests
{
    [Fact]
    public void Names_keep_the_numbers_of_their_first_appearance()
    {
        var table = new NameTable("user");
        string[] names = [.. Enumerable.Range(0, 20_000).Select(i => $"{(i % 3 == 0 ? "é" : "")}{i * 7919L % 20_011}{new string('x', i % 40)}")];
        Assert.Equal(Enumerable.Range(0, names.Length), names.Select(name => table.NumberOf(name)));
        Assert.Equal(Enumerable.Range(0, names.Length), names.Select(name => table.NumberOf(name)));
        Assert.Equal(names, table);
        Assert.Equal((names.Length, names[^1]), (table.Count, table[names.Length - 1]));
        Assert.True(table.TryFind(Encoding.UTF8.GetBytes(names[777]), out int number));
        Assert.Equal(777, number);
        using var written = new MemoryStream();
        table.WriteTo(written);
        Assert.Equal(string.Concat(names.Select(name => name + "\n")), Encoding.UTF8.GetString(written.ToArray()));
    }

    [Fact]
    public void Names_together_get_the_numbers_of_names_one_by_one()
    {
        string[] names = [.. Enumerable.Range(0, 30_000).Select(i => $"n{i * 31L % 9973}{(i % 7 == 0 ? "-and-more-than-sixteen-bytes" : "")}")];
        NameTable single = new("user"), together = new("user");
        int[] expected = [.. names.Select(name => single.NumberOf(name))];
        var found = new List<int>();
        var batch = new NameBatch(1000);
        foreach (string[] part in names.Chunk(1000))
        {
            foreach (string name in part) batch.Add(Encoding.UTF8.GetBytes(name));
            together.NumberAll(batch);
            found.AddRange(batch.Numbers);
            batch.Clear();
        }

        Assert.Equal(expected, found);
        Assert.Equal(single, together);
    }

    [Fact]
    public void What_was_not_added_is_not_found()
    {
        var table = new NameTable("user");
        Assert.False(table.TryFind("", out _));
        table.NumberOf("a\uFFFD");
        table.NumberOf("ab");
        Assert.False(table.TryFind("a", out _));
        Assert.False(table.TryFind("ab\n", out _));
        Assert.False(table.TryFind("", out _));
        Assert.False(table.TryFind("a\uD83D", out _));
        Assert.Empty(new NameTable("item"));
    }
}
