using System.Collections.Frozen;

namespace Tessera.Serving.Filters;

/// <summary>
/// The attributes of a generation's items, in memory, by number. Any number of threads may read while others write: who reads has one whole state, in which
/// a call's changes are all there or none, and writers wait for each other.
/// </summary>
/// <remarks>A change copies the 1,024 values around it, once a call: some 8 kB for each attribute of an item.</remarks>
internal sealed class AttributeTable
{
    private readonly Lock _writing = new();
    private volatile IReadOnlyDictionary<string, AttributeColumn> _columns = FrozenDictionary<string, AttributeColumn>.Empty;

    /// <summary>The columns by name as they are now, which stay as they are.</summary>
    public IReadOnlyDictionary<string, AttributeColumn> Columns => _columns;

    /// <summary>Gives an item these attributes instead of those it had.</summary>
    public void Set(int item, IReadOnlyDictionary<string, AttributeValue> attributes) => Set([(item, attributes)]);

    /// <summary>Gives items these attributes instead of those they had.</summary>
    public void Set(IEnumerable<(int Item, IReadOnlyDictionary<string, AttributeValue> Attributes)> changes)
    {
        lock (_writing)
        {
            var owner = new object();
            var columns = new Dictionary<string, AttributeColumn>(_columns, StringComparer.Ordinal);
            foreach ((int item, IReadOnlyDictionary<string, AttributeValue> attributes) in changes)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(item);
                foreach (string gone in columns.Keys.Where(name => !attributes.ContainsKey(name) && columns[name].Has(item)).ToArray())
                {
                    (columns[gone] = columns[gone].For(owner)).Set(item, null);
                    if (columns[gone].IsEmpty) columns.Remove(gone);
                }

                foreach ((string name, AttributeValue value) in attributes)
                    (columns[name] = columns.GetValueOrDefault(name)?.For(owner) ?? new AttributeColumn(owner)).Set(item, value);
            }

            _columns = columns;
        }
    }
}
