using System.Diagnostics;
using System.Text.Json.Serialization;

namespace Tessera.Serving;

/// <summary>The value of an item's attribute: a text, a number, a truth value, or several texts.</summary>
[JsonConverter(typeof(AttributeValueConverter))]
[DebuggerDisplay("{_held}")]
public readonly struct AttributeValue : IEquatable<AttributeValue>
{
    private readonly object? _held; // string, double, bool or string[]

    private AttributeValue(object held) => _held = held;

    /// <summary>The text; null where it is none.</summary>
    public string? Text => _held as string;

    /// <summary>The number; null where it is none.</summary>
    public double? Number => _held as double?;

    /// <summary>The truth value; null where it is none.</summary>
    public bool? Flag => _held as bool?;

    /// <summary>The texts of a list; null where it is none.</summary>
    public IReadOnlyList<string>? Texts => _held as string[];

    /// <summary>A text.</summary>
    public static implicit operator AttributeValue(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new AttributeValue(text);
    }

    /// <summary>A number, which must be finite.</summary>
    public static implicit operator AttributeValue(double number) =>
        double.IsFinite(number) ? new(number) : throw new ArgumentOutOfRangeException(nameof(number), number, "A number of an attribute must be finite.");

    /// <summary>A truth value.</summary>
    public static implicit operator AttributeValue(bool flag) => new(flag);

    /// <summary>Several texts.</summary>
    public static implicit operator AttributeValue(string[] texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new AttributeValue(texts.ToArray());
    }

    /// <inheritdoc/>
    public static bool operator ==(AttributeValue left, AttributeValue right) => left.Equals(right);

    /// <inheritdoc/>
    public static bool operator !=(AttributeValue left, AttributeValue right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(AttributeValue other) =>
        _held is string[] texts && other._held is string[] others ? texts.AsSpan().SequenceEqual(others) : Equals(_held, other._held);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AttributeValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (_held is not string[] texts) return _held?.GetHashCode() ?? 0;
        var hash = default(HashCode);
        foreach (string text in texts) hash.Add(text);
        return hash.ToHashCode();
    }
}
