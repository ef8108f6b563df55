using System.Globalization;
using System.Numerics;
using Tessera.Data;

namespace Tessera.Recommendation.Options;

/// <summary>Option values and types as text, the same in files, on the command line and in help.</summary>
internal static class OptionText
{
    private const string Null = "null";

    /// <summary>The names of the option types other than enums.</summary>
    private static readonly Dictionary<Type, string> TypeNames = new()
    {
        [typeof(int)] = "int",
        [typeof(ulong)] = "unsigned int",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(bool)] = "true | false",
        [typeof(string)] = "string",
        [typeof(IReadOnlyDictionary<string, float>)] = "weights as name:number,name:number",
    };

    public static bool Supports(Type type) => type.IsEnum || TypeNames.ContainsKey(type);

    public static string TypeName(Type type) =>
        type.IsEnum ? string.Join(" | ", Enum.GetNames(type).Select(KebabCase.Of)) : TypeNames[type];

    public static string Range(double minimum, double maximum) => (double.IsFinite(minimum), double.IsFinite(maximum)) switch
    {
        (true, true) => string.Create(CultureInfo.InvariantCulture, $"{minimum}..{maximum}"),
        (true, false) => string.Create(CultureInfo.InvariantCulture, $"{minimum} or more"),
        (false, true) => string.Create(CultureInfo.InvariantCulture, $"{maximum} or less"),
        _ => "",
    };

    /// <summary>The text from which <see cref="TryParse"/> gets the value back.</summary>
    public static string Format(object? value) => value switch
    {
        null => Null,
        bool flag => flag ? "true" : "false",
        Enum member => KebabCase.Of(member.ToString()),
        IReadOnlyDictionary<string, float> weights => Weights(weights).ToString(),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    public static NamedWeights Weights(IReadOnlyDictionary<string, float> weights) =>
        weights as NamedWeights ?? new NamedWeights(weights.Select(pair => (pair.Key, pair.Value)));

    /// <summary>Reads a text; <c>null</c> is no value where the option allows that, except for strings.</summary>
    public static bool TryParse(OptionProperty property, string text, out object? value)
    {
        value = null;
        if (property.AllowsNull && text == Null && property.Type != typeof(string)) return true;
        value = property.Type switch
        {
            { IsEnum: true } type => ParseEnum(type, text),
            Type type when type == typeof(string) => text,
            Type type when type == typeof(bool) => bool.TryParse(text, out bool flag) ? flag : null,
            Type type when type == typeof(int) => Number<int>(text, NumberStyles.AllowLeadingSign),
            Type type when type == typeof(ulong) => Number<ulong>(text, NumberStyles.None),
            Type type when type == typeof(float) => Number<float>(text),
            Type type when type == typeof(double) => Number<double>(text),
            _ => ParseWeights(text),
        };
        return value is not null;
    }

    /// <summary>The finite number of a text, or null.</summary>
    public static T? Number<T>(string text, NumberStyles styles = NumberStyles.Float)
        where T : struct, INumberBase<T> =>
        T.TryParse(text, styles, CultureInfo.InvariantCulture, out T number) && T.IsFinite(number) ? number : null;

    private static object? ParseEnum(Type type, string text)
    {
        string? member = Array.Find(Enum.GetNames(type), name => KebabCase.Of(name) == text);
        return member is null ? null : Enum.Parse(type, member);
    }

    private static NamedWeights? ParseWeights(string text)
    {
        var weights = new Dictionary<string, float>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = part.LastIndexOf(':');
            if (colon < 1 || Number<float>(part[(colon + 1)..]) is not { } weight || !weights.TryAdd(part[..colon], weight)) return null;
        }

        return Weights(weights);
    }
}
