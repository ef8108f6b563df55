namespace Tessera.Serving.Stores;

/// <summary>A key of the service, without its secret.</summary>
/// <param name="Id">What it is called by, which is no secret.</param>
/// <param name="Namespace">Name of the namespace it opens.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Scopes">What it allows.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Revoked">Since when it opens nothing; null while it does.</param>
internal sealed record AccessKey(string Id, string Namespace, string Name, KeyScopes Scopes, DateTimeOffset Created, DateTimeOffset? Revoked);
