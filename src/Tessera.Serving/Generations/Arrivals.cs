using System.Collections.Immutable;
using Tessera.Serving.Filters;

namespace Tessera.Serving.Generations;

/// <summary>
/// When the items of a generation came that nobody had in training, whatever their numbers. Any number of threads may read while one writes.
/// </summary>
internal sealed class Arrivals
{
    private volatile ImmutableSortedSet<Arrival> _all = [];

    /// <summary>Adds items; one that is there already stays.</summary>
    /// <param name="items">Their numbers and ids, and when each was put first.</param>
    public void Add(IEnumerable<(int Item, string Id, DateTimeOffset Added)> items) => _all = _all.Union(items.Select(one => new Arrival(one.Added, one.Id, one.Item)));

    /// <summary>The latest of the items allowed, the last one first; of those that came at one time the last by id.</summary>
    public List<int> Latest(ItemSet allowed, int most) =>
        [.. _all.Reverse().Select(arrival => arrival.Item).Where(item => item < allowed.Items && allowed.Contains(item)).Take(most)];

    private readonly record struct Arrival(DateTimeOffset Added, string Id, int Item) : IComparable<Arrival>
    {
        public int CompareTo(Arrival other) => (Added.CompareTo(other.Added), string.CompareOrdinal(Id, other.Id)) switch
        {
            (0, 0) => Item.CompareTo(other.Item), // deleted, and put again at once
            (0, var byId) => byId,
            var (byTime, _) => byTime,
        };
    }
}
