using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Tessera.Recommendation.Options;

/// <summary>Weights by name with equality of content, so that options records holding them compare by value.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "The field speaks of weights; how they are stored is not their name.")]
public sealed class NamedWeights : IReadOnlyDictionary<string, float>, IEquatable<NamedWeights>
{
    private readonly SortedDictionary<string, float> _weights = new(StringComparer.Ordinal);

    /// <summary>Collects weights of distinct names.</summary>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public NamedWeights(params IEnumerable<(string Name, float Weight)> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        foreach ((string name, float weight) in weights) _weights.Add(name, weight);
    }

    /// <inheritdoc/>
    public int Count => _weights.Count;

    /// <summary>The names, in ordinal order.</summary>
    public IEnumerable<string> Keys => _weights.Keys;

    /// <summary>The weights, in the order of their names.</summary>
    public IEnumerable<float> Values => _weights.Values;

    /// <inheritdoc/>
    public float this[string key] => _weights[key];

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _weights.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out float value) => _weights.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, float>> GetEnumerator() => _weights.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether the other has the same names with the same weights.</summary>
    public bool Equals(NamedWeights? other) => other is not null && _weights.SequenceEqual(other._weights);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NamedWeights);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (KeyValuePair<string, float> pair in _weights) hash.Add(pair);
        return hash.ToHashCode();
    }

    /// <summary>The form of the command line: <c>image:0.1,text:0.9</c>.</summary>
    public override string ToString() =>
        string.Join(',', _weights.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}:{pair.Value}")));
}
