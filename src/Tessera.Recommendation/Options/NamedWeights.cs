using System.Globalization;

namespace Tessera.Recommendation.Options;

/// <summary>Weights by name, in ordinal order, with equality of content, so that options records holding them compare by value.</summary>
internal sealed class NamedWeights : SortedDictionary<string, float>, IEquatable<NamedWeights>
{
    /// <summary>Collects weights of distinct names.</summary>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public NamedWeights(params IEnumerable<(string Name, float Weight)> weights)
        : base(StringComparer.Ordinal)
    {
        foreach ((string name, float weight) in weights) Add(name, weight);
    }

    /// <summary>Whether the other has the same names with the same weights.</summary>
    public bool Equals(NamedWeights? other) => other is not null && this.SequenceEqual(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NamedWeights);

    /// <inheritdoc/>
    public override int GetHashCode() => this.Aggregate(0, HashCode.Combine);

    /// <summary>The form of the command line: <c>image:0.1,text:0.9</c>.</summary>
    public override string ToString() =>
        string.Join(',', this.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}:{pair.Value}")));
}
