using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data;

namespace Tessera.Recommendation.Options;

/// <summary>
/// Fills options records from keys and values, strictly: what is unknown, repeated, of a wrong type or out of range is refused.
/// </summary>
/// <remarks>
/// An options record has a parameterless constructor and settable properties; keys are the property names in exact camelCase.
/// A value is JSON of the property's type, or a string such as the command line gives: numbers, <c>true</c>, enum members in
/// kebab-case (<c>item-2d</c>), weights as <c>image:0.1,text:0.9</c>. Property types are int, ulong, float, double, bool, string,
/// enums, <see cref="IReadOnlyDictionary{TKey, TValue}"/> of float weights by name, and their nullable forms.
/// </remarks>
internal static class OptionsBinder
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc cref="Bind(Type, JsonObject, ReadOnlySpan{Type})"/>
    public static T Bind<T>(JsonObject values, params ReadOnlySpan<Type> others)
        where T : class => (T)Bind(typeof(T), values, others);

    /// <summary>Creates a record from its defaults and the given values.</summary>
    /// <param name="others">Other options records whose keys may stand among the values; those are left to them.</param>
    /// <exception cref="InvalidInputException">A key is unknown or repeated, or a value is of a wrong type or out of range.</exception>
    public static object Bind(Type type, JsonObject values, params ReadOnlySpan<Type> others)
    {
        CheckKnown(values, [type, .. others]);
        object options = Activator.CreateInstance(type)!;
        foreach (OptionProperty property in OptionProperty.Of(type))
        {
            if (values.TryGetPropertyValue(property.Name, out JsonNode? node)) property.Set(options, Read(property, node));
        }

        return options;
    }

    /// <summary>Refuses a record with a value that <see cref="Bind{T}"/> would not have given it.</summary>
    /// <exception cref="InvalidInputException">A value is out of its range.</exception>
    public static void Check(object options)
    {
        foreach (OptionProperty property in OptionProperty.Of(options.GetType())) RequireInRange(property, property.Get(options));
    }

    /// <summary>Refuses keys that none of the records has.</summary>
    /// <param name="types">Types of the records that share the keys.</param>
    /// <exception cref="InvalidInputException">A key is unknown or repeated.</exception>
    /// <exception cref="ArgumentException">Two of the records have the same key.</exception>
    public static void CheckKnown(JsonObject values, params ReadOnlySpan<Type> types)
    {
        OptionProperty[] known = [.. types.ToArray().SelectMany(OptionProperty.Of)];
        string[] names = [.. known.Select(property => property.Name)];
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } clash)
            throw new ArgumentException($"Two of the options records have the key '{clash.Key}'.", nameof(types));

        foreach (string key in Keys(values))
        {
            if (names.Contains(key)) continue;
            string hint = NearestName.Find(key, names) is { } nearest ? $" (did you mean '{nearest}'?)" : "";
            throw new InvalidInputException($"There is no option '{key}'{hint}; {Known(known)}.");
        }
    }

    /// <summary>Reads command-line assignments into strings by key, for <see cref="Bind{T}"/> to interpret.</summary>
    /// <param name="assignments">Texts of the form <c>key=value</c>.</param>
    /// <exception cref="InvalidInputException">A text has another form, or a key occurs twice.</exception>
    public static JsonObject ParseAssignments(IEnumerable<string> assignments)
    {
        var values = new JsonObject();
        foreach (string assignment in assignments)
        {
            int equals = assignment.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                throw new InvalidInputException($"'{assignment}' sets no option; expected key=value, as in learningRate=0.001.");
            if (!values.TryAdd(assignment[..equals], JsonValue.Create(assignment[(equals + 1)..])))
                throw new InvalidInputException($"The option '{assignment[..equals]}' is set twice; give it once.");
        }

        return values;
    }

    /// <summary>The options of a record, in the order of their declaration.</summary>
    public static IReadOnlyList<OptionDescription> Describe(Type type) =>
        [.. OptionProperty.Of(type).Select(property => property.Describe())];

    /// <summary>All values of a record by key, from which <see cref="Bind{T}"/> creates an equal record.</summary>
    public static JsonObject ToJson(object options) => new(
        OptionProperty.Of(options.GetType()).Select(property => KeyValuePair.Create(property.Name, ToNode(property.Get(options)))));

    private static JsonNode? ToNode(object? value) => value switch
    {
        null => null,
        Enum => OptionText.Format(value),
        IReadOnlyDictionary<string, float> weights => new JsonObject(
            OptionText.Weights(weights).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        _ => JsonSerializer.SerializeToNode(value),
    };

    private static string[] Keys(JsonObject values)
    {
        try
        {
            return [.. values.Select(pair => pair.Key)];
        }
        catch (ArgumentException cause)
        {
            throw new InvalidInputException($"An option is set twice; give it once ({cause.Message}).", cause);
        }
    }

    private static object? Read(OptionProperty property, JsonNode? node)
    {
        if (!TryRead(property, node, out object? value))
            throw Refusal(property, Shown(node), property.TypeName, property.Range);

        RequireInRange(property, value);
        return value;
    }

    private static string Shown(JsonNode? node) => node?.GetValueKind() switch
    {
        null => "null",
        JsonValueKind.String => $"'{node.GetValue<string>()}'",
        _ => node.ToJsonString(Readable),
    };

    private static void RequireInRange(OptionProperty property, object? value)
    {
        if (!property.IsInRange(value)) throw Refusal(property, $"{OptionText.Format(value)}, out of its range", property.Range.Length > 0 ? property.Range : property.TypeName, range: "");
    }

    /// <summary>Says of the one option what it takes.</summary>
    private static InvalidInputException Refusal(OptionProperty property, string found, string expected, string range)
    {
        OptionDescription option = property.Describe();
        string limits = range.Length > 0 ? $"{range}, " : "", meaning = option.Description.Length > 0 ? $": {option.Description}" : "";
        return new InvalidInputException($"The option '{option.Name}' is {found}; expected {expected} ({limits}default {option.Default}){meaning}.");
    }

    private static bool TryRead(OptionProperty property, JsonNode? node, out object? value)
    {
        value = null;
        switch (node?.GetValueKind() ?? JsonValueKind.Null)
        {
            case JsonValueKind.Null:
                return property.AllowsNull;
            case JsonValueKind.String:
                return OptionText.TryParse(property, node!.GetValue<string>(), out value);
            case JsonValueKind.True or JsonValueKind.False when property.Type == typeof(bool):
            case JsonValueKind.Number when property.Type.IsPrimitive && property.Type != typeof(bool):
                return OptionText.TryParse(property, node!.ToJsonString(), out value);
            case JsonValueKind.Object when property.Type == typeof(IReadOnlyDictionary<string, float>):
                return TryReadWeights(node!.AsObject(), out value);
            default:
                return false;
        }
    }

    private static bool TryReadWeights(JsonObject node, out object? value)
    {
        value = null;
        var weights = new List<(string, float)>();
        foreach (string name in Keys(node))
        {
            if (node[name] is not { } number || number.GetValueKind() != JsonValueKind.Number) return false;
            if (OptionText.Number<float>(number.ToJsonString()) is not { } weight) return false;
            weights.Add((name, weight));
        }

        value = new NamedWeights(weights);
        return true;
    }

    private static string Known(IEnumerable<OptionProperty> properties) => "known options are "
        + string.Join(", ", properties.Select(property => $"{property.Name} ({property.TypeName}, default {property.Default})"));
}
