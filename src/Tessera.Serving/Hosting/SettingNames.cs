using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Tessera.Data.Storage;
using Tessera.Recommendation.Options;

namespace Tessera.Serving.Hosting;

/// <summary>Finds keys of a configuration that no setting has, which would be without effect.</summary>
internal static class SettingNames
{
    /// <summary>What is wrong with the keys of a section, a sentence; null for nothing.</summary>
    /// <param name="type">Has the settings as public properties.</param>
    /// <param name="others">Names of sections in it that have other settings.</param>
    public static string? Fault(IConfigurationSection section, Type type, params IEnumerable<string> others)
    {
        foreach (IConfigurationSection found in section.GetChildren())
        {
            if (others.Contains(found.Key, StringComparer.OrdinalIgnoreCase)) continue;
            if (type.GetProperty(found.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is not { } setting)
                return Unknown(section, found.Key, [.. type.GetProperties().Select(property => property.Name), .. others]);
            bool isList = setting.PropertyType != typeof(string) && setting.PropertyType.IsAssignableTo(typeof(IEnumerable));
            if (isList && found.Value is { Length: > 0 } value)
                return $"The setting {found.Path} is {SourceText.Quoted(value)} rather than a list; expected {found.Path}:0 for the first entry, and so on.";
            if (!isList && found.GetChildren().FirstOrDefault() is { } inner) return $"There is no setting {inner.Path}; expected {found.Path} itself.";
        }

        return null;
    }

    private static string Unknown(IConfigurationSection section, string name, IReadOnlyList<string> known) => $"There is no setting {section.Path}:{name}; "
        + (NearestName.Find(name, known) is { } nearest ? $"did you mean {section.Path}:{nearest}?" : $"expected one of {string.Join(", ", known)} in its place.");
}
