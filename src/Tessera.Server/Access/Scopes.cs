using Tessera.Serving.Stores;

namespace Tessera.Server.Access;

/// <summary>What keys allow, as policies and as words in JSON.</summary>
internal static class Scopes
{
    public const string Read = "read", Write = "write", Admin = "admin";

    /// <summary>All of them, in order.</summary>
    public static readonly IReadOnlyList<string> All = [Read, Write, Admin];

    /// <summary>Name of the policy that requires a scope.</summary>
    public static string Policy(string scope) => $"tessera-{scope}";

    /// <summary>The words for some scopes.</summary>
    public static IReadOnlyList<string> Of(KeyScopes scopes) => [.. All.Where(scope => scopes.HasFlag(Parse(scope)!.Value))];

    /// <summary>The scope of a word; null for none.</summary>
    public static KeyScopes? Parse(string word) => word switch
    {
        Read => KeyScopes.Read,
        Write => KeyScopes.Write,
        Admin => KeyScopes.Admin,
        _ => null,
    };
}
