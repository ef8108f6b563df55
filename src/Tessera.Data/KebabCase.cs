using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Tessera.Data;

/// <summary>The spelling of enum members on the command line and in files.</summary>
internal static partial class KebabCase
{
    /// <summary>Turns <c>Item2D</c> into <c>item-2d</c> and <c>SampledSoftmax</c> into <c>sampled-softmax</c>.</summary>
    public static string Of(string name) => WordStart().Replace(name, "-").ToLowerInvariant();

    /// <summary>The name of a member: that of its <see cref="JsonStringEnumMemberNameAttribute"/>, else its own in kebab case.</summary>
    public static string Of<T>(T member)
        where T : struct, Enum =>
        typeof(T).GetField(member.ToString())!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? Of(member.ToString());

    /// <summary>The names of all members.</summary>
    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(member => Of(member))];

    /// <summary>The member with a name.</summary>
    /// <param name="kind">What a member is, such as "scheme".</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="InvalidInputException">There is none of that name.</exception>
    public static T Parse<T>(string kind, string name)
        where T : struct, Enum =>
        Find<T>(name) ?? throw new InvalidInputException($"There is no {kind} '{name}'; expected one of {string.Join(", ", All<T>())}.");

    /// <summary>The member with a name; null if there is none.</summary>
    public static T? Find<T>(string name)
        where T : struct, Enum
    {
        foreach (T member in Enum.GetValues<T>())
            if (Of(member) == name) return member;
        return null;
    }

    /// <summary>Before an upper-case letter or a digit behind a lower-case letter, and before a capitalized word.</summary>
    [GeneratedRegex("(?<=[a-z])(?=[A-Z0-9])|(?<!^)(?=[A-Z][a-z])")]
    private static partial Regex WordStart();
}
