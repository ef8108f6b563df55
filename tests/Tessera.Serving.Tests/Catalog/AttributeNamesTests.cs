using Tessera.Data;
using Tessera.Models.Tests.Live;

namespace Tessera.Serving.Tests.Catalog;

/// <summary>How many names attributes may have in all.</summary>
public sealed class AttributeNamesTests(LiveRuns runs) : IClassFixture<LiveRuns>, IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Attributes_have_a_thousand_names_at_most_and_those_of_deleted_items_are_free_again()
    {
        await using Service service = await Service.StartAsync(runs.Copy("lirdrec"), _folder.In("store.db"));
        for (int item = 0; item < 10; item++) await service.Catalog.PutAsync(With($"{item}", Enumerable.Range(item * 100, 100)));
        Assert.Equal(1000, service.Served.Current!.Champion.Attributes.Columns.Count);

        await service.Catalog.PutAsync(With("10", [0, 999]));
        Assert.Equal(
            "The item '11' has the attribute 'a1000', which no other has, beside 1,000 of other names; expected 1,000 names at most in all, "
            + "so give the attribute a name that many items share, or put it among the texts.",
            (await Assert.ThrowsAsync<InvalidInputException>(() => service.Catalog.PutAsync(With("11", [999, 1000])))).Message);
        await service.Catalog.DeleteAsync("0");
        await service.Catalog.PutAsync(With("11", [999, 1000]));

        Assert.Equal(902, service.Served.Current!.Champion.Attributes.Columns.Count); // without a1 to a99
    }

    private static CatalogItem With(string id, IEnumerable<int> names) => new(id) { Attributes = names.ToDictionary(name => $"a{name}", name => (AttributeValue)name) };
}
