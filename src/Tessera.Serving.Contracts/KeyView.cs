namespace Tessera.Serving;

/// <summary>A key of the service.</summary>
/// <param name="Id">What it is called by, which is no secret.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Scopes">What it allows: some of <c>read</c>, <c>write</c>, <c>admin</c>.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Revoked">Since when it opens nothing; null while it does.</param>
/// <param name="Secret">The key itself, when it was just made; else null.</param>
public sealed record KeyView(string Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset Created, DateTimeOffset? Revoked, string? Secret)
{
    /// <summary>All but the secret, so that no log has it.</summary>
    public override string ToString() => $"{nameof(KeyView)} {{ {nameof(Id)} = {Id}, {nameof(Name)} = {Name}, {nameof(Scopes)} = {string.Join(", ", Scopes)} }}";
}
