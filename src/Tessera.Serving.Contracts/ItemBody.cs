using System.Collections.ObjectModel;

namespace Tessera.Serving;

/// <summary>What a shop says of an item when it puts it over HTTP.</summary>
public sealed record ItemBody
{
    /// <summary>What people call it, or null.</summary>
    public string? Title { get; init; }

    /// <summary>What rules ask for, such as price and brand.</summary>
    public IReadOnlyDictionary<string, AttributeValue> Attributes { get; init; } = ReadOnlyDictionary<string, AttributeValue>.Empty;

    /// <summary>Its texts by field, such as a description.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Where people see its image, or null; nothing is fetched from there.</summary>
    public string? Image { get; init; }

    /// <summary>Whether it is left out of what is recommended.</summary>
    public bool Hidden { get; init; }

    /// <summary>Vectors by modality as the run's encoders give them, of as many numbers as they; what is given here is not encoded.</summary>
    public IReadOnlyDictionary<string, float[]> Vectors { get; init; } = ReadOnlyDictionary<string, float[]>.Empty;
}
