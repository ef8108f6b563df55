using System.Text.Json.Nodes;

namespace Tessera.Recommendation.Options;

public static partial class OptionsBinder
{
    /// <summary>The options of a record, in the order of their declaration.</summary>
    public static IReadOnlyList<OptionDescription> Describe(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return [.. OptionProperty.Of(type).Select(property => property.Describe())];
    }

    /// <summary>All values of a record by key, from which <see cref="Bind{T}"/> creates an equal record.</summary>
    /// <remarks>Equal by value where weights are <see cref="NamedWeights"/>; other dictionaries compare by reference.</remarks>
    public static JsonObject ToJson(object options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var values = new JsonObject();
        foreach (OptionProperty property in OptionProperty.Of(options.GetType())) values.Add(property.Name, ToNode(property.Get(options)));
        return values;
    }

    private static JsonNode? ToNode(object? value) => value switch
    {
        null => null,
        int number => number,
        ulong number => number,
        float number => number,
        double number => number,
        bool flag => flag,
        IReadOnlyDictionary<string, float> weights => new JsonObject(
            OptionText.Weights(weights).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        _ => OptionText.Format(value),
    };
}
