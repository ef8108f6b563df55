using System.Reflection;
using System.Text.Json;

namespace Tessera.Recommendation.Options;

/// <summary>One property of an options record: its key, type, bounds and default.</summary>
internal sealed class OptionProperty
{
    private readonly PropertyInfo _property;
    private readonly OptionAttribute _attribute;

    private OptionProperty(PropertyInfo property, object defaults, NullabilityInfoContext nullability)
    {
        _property = property;
        _attribute = property.GetCustomAttribute<OptionAttribute>() ?? new OptionAttribute("");
        Name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        Type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        AllowsNull = nullability.Create(property).WriteState == NullabilityState.Nullable;
        if (!OptionText.Supports(Type))
            throw new ArgumentException($"{property.DeclaringType!.Name}.{property.Name} is a {Type.Name}, which cannot be an option.");
        Default = OptionText.Format(property.GetValue(defaults));
    }

    /// <summary>Key of the option.</summary>
    public string Name { get; }

    /// <summary>Type of the value, without <see cref="Nullable{T}"/>.</summary>
    public Type Type { get; }

    public bool AllowsNull { get; }

    /// <summary>Default as text.</summary>
    public string Default { get; }

    public string TypeName => OptionText.TypeName(Type) + (AllowsNull ? " or null" : "");

    public string Range => OptionText.Range(_attribute.Minimum, _attribute.Maximum);

    /// <summary>The settable public properties of a record, in the order of their declaration.</summary>
    public static IReadOnlyList<OptionProperty> Of(Type type)
    {
        object defaults = Activator.CreateInstance(type)!;
        var nullability = new NullabilityInfoContext();
        return [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .OrderBy(property => property.MetadataToken)
            .Select(property => new OptionProperty(property, defaults, nullability))];
    }

    public object? Get(object options) => _property.GetValue(options);

    public void Set(object options, object? value) => _property.SetValue(options, value);

    public OptionDescription Describe() => new(Name, TypeName, Default, _attribute.Description, Range);

    /// <summary>Whether the option may have a value: finite and within the bounds, a member of its enum, or null where that is allowed.</summary>
    public bool IsInRange(object? value) => value switch
    {
        null => AllowsNull,
        int number => IsBetween(number, _attribute.Minimum, _attribute.Maximum),
        ulong number => IsBetween(number, _attribute.Minimum, _attribute.Maximum),
        double number => IsBetween(number, _attribute.Minimum, _attribute.Maximum),
        float number => IsBetween(number, (float)_attribute.Minimum, (float)_attribute.Maximum),
        Enum member => Enum.IsDefined(Type, member),
        IReadOnlyDictionary<string, float> weights => weights.Values.All(weight => IsInRange(weight)),
        _ => true,
    };

    private static bool IsBetween(double number, double minimum, double maximum) =>
        double.IsFinite(number) && number >= minimum && number <= maximum;
}
