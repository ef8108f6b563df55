using System.Globalization;
using System.Runtime.InteropServices;
using Tessera.Data;

namespace Tessera.Serving.Stores;

/// <summary>
/// Items with their images and vectors. Whatever changes one is in the log. A change may name the version it expects, which is 0 for no item; where there is
/// another, nothing changes.
/// </summary>
internal sealed partial class ItemStore(Store store)
{
    /// <summary>How many items one call may put.</summary>
    public const int MaxBatch = 1000;

    private const int MaxWords = 8;

    /// <summary>The item with an id, or null.</summary>
    public async Task<StoredItem?> FindAsync(string id, CancellationToken cancel = default) => await FindAsync([id], cancel) is [var found] ? found : null;

    /// <summary>The items that there are of some ids, in the order of their ids.</summary>
    public Task<IReadOnlyList<StoredItem>> FindAsync(IEnumerable<string> ids, CancellationToken cancel = default) =>
        store.ReadAsync<IReadOnlyList<StoredItem>>(async session => await FindAsync(session, ids), cancel);

    /// <summary>Items in the order of their ids.</summary>
    /// <param name="after">The id after which to begin; null for the first.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="query">Words, all of which stand in id, title or texts, in whatever case; null or blank for all items.</param>
    /// <exception cref="InvalidInputException">There are more than 8 words.</exception>
    public Task<IReadOnlyList<StoredItem>> PageAsync(string? after, int limit, string? query = null, CancellationToken cancel = default)
    {
        string[] words = query is null ? [] : [.. Searched(query).Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        if (words.Length > MaxWords) throw new InvalidInputException($"The search is for {words.Length:N0} words; expected at most {MaxWords}.");
        var values = new Dictionary<string, object?> { ["Number"] = store.Number, ["After"] = StoredText.Cleaned(after ?? ""), ["Limit"] = limit };
        foreach ((int index, string word) in words.Index()) values[$"Word{index}"] = $"%{Escaped(word)}%";
        return store.ReadAsync<IReadOnlyList<StoredItem>>(
            async session => (await session.ListAsync<Row>(Page(words.Length), values)).ConvertAll(row => row.ToItem()), cancel);
    }

    /// <summary>The vectors of some items, by item and modality.</summary>
    public Task<Dictionary<string, Dictionary<string, ItemVector>>> VectorsAsync(IEnumerable<string> ids, CancellationToken cancel = default) => store.ReadAsync(
        async session =>
        {
            List<VectorRow> rows = await session.ListAsync<VectorRow>(Vectors(session), new { store.Number, Ids = StoredJson.Ids(ids) });
            return rows.GroupBy(row => row.Id).ToDictionary(
                item => item.Key,
                item => item.ToDictionary(row => row.Modality, row => new ItemVector([.. MemoryMarshal.Cast<byte, float>(row.Vector)], row.Source)));
        },
        cancel);

    /// <summary>The image of an item, or null where none is stored.</summary>
    public Task<ItemImage?> ImageAsync(string id, CancellationToken cancel = default) => store.ReadAsync(
        async session => StoredId.IsSound(id) && await session.FindAsync<ImageRow>(Image, new { store.Number, Id = id }) is { } row
            ? new ItemImage(row.Bytes, row.ContentType)
            : null,
        cancel);

    private async Task<List<StoredItem>> FindAsync(Session session, IEnumerable<string> ids) =>
        (await session.ListAsync<Row>(Find(session), new { store.Number, Ids = StoredJson.Ids(ids) })).ConvertAll(row => row.ToItem());

    /// <summary>Text as it is searched for: in lower case, in which each letter has one form.</summary>
    private static string Searched(string text) => StoredText.Cleaned(text).ToLower(CultureInfo.InvariantCulture);

    private static string Escaped(string word) => word.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_");
}
