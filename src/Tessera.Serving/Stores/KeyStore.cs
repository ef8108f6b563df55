using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Tessera.Serving.Stores;

/// <summary>Keys of all namespaces. Of a key's secret only its SHA-256 is stored.</summary>
internal sealed class KeyStore(Database database)
{
    private const string Prefix = "tessera_";
    private const int SecretBytes = 32;

    private const string Add = """
        INSERT INTO keys (id, namespace, name, hash, scopes, created)
        VALUES (@Id, @Number, @Name, @Hash, @Scopes, @Created)
        """;

    private const string Select = """
        SELECT keys.id, namespaces.name AS namespace, keys.name, scopes, created, revoked
        FROM keys JOIN namespaces ON namespaces.id = keys.namespace
        """;

    private const string Find = Select + " WHERE hash = @Hash AND revoked IS NULL";

    private const string List = Select + " WHERE keys.namespace = @Number ORDER BY created, keys.id";

    private const string Revoke = "UPDATE keys SET revoked = @Revoked WHERE namespace = @Number AND id = @Id AND revoked IS NULL";

    /// <summary>Makes a key.</summary>
    /// <returns>The key, and its secret, which cannot be had again.</returns>
    public async Task<(AccessKey Key, string Secret)> CreateAsync(Store store, string name, KeyScopes scopes, CancellationToken cancel = default)
    {
        string secret = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        DateTimeOffset created = StoredTime.Read(StoredTime.From(database.Time.GetUtcNow()));
        var key = new AccessKey(RandomNumberGenerator.GetHexString(16, lowercase: true), store.Name, StoredText.Cleaned(name), scopes, created, null);
        await store.WriteAsync(
            Turn.None,
            session => session.ExecuteAsync(
                Add, new { key.Id, store.Number, key.Name, Hash = HashOf(secret), key.Scopes, Created = StoredTime.From(created) }),
            cancel);
        return (key, secret);
    }

    /// <summary>Whether a text can be a secret at all.</summary>
    public static bool IsSecret(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && Base64Url.IsValid(text.AsSpan(Prefix.Length), out int bytes) && bytes == SecretBytes;

    /// <summary>The key with a secret, or null where there is none or it was revoked.</summary>
    public Task<AccessKey?> FindAsync(string secret, CancellationToken cancel = default) =>
        database.ReadAsync(async session => (await session.FindAsync<Row>(Find, new { Hash = HashOf(secret) }))?.ToKey(), cancel);

    /// <summary>The keys of a namespace, oldest first.</summary>
    public Task<IReadOnlyList<AccessKey>> ListAsync(Store store, CancellationToken cancel = default) => database.ReadAsync<IReadOnlyList<AccessKey>>(
        async session => (await session.ListAsync<Row>(List, new { store.Number })).ConvertAll(row => row.ToKey()), cancel);

    /// <summary>Makes a key of a namespace open nothing any more.</summary>
    /// <returns>Whether there was such a key that did.</returns>
    public Task<bool> RevokeAsync(Store store, string id, CancellationToken cancel = default) => store.WriteAsync(
        Turn.None,
        async session => StoredId.IsSound(id)
            && await session.ExecuteAsync(Revoke, new { store.Number, Id = id, Revoked = StoredTime.From(database.Time.GetUtcNow()) }) > 0,
        cancel);

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private sealed record Row
    {
        public string Id { get; init; } = "";

        public string Namespace { get; init; } = "";

        public string Name { get; init; } = "";

        public KeyScopes Scopes { get; init; }

        public long Created { get; init; }

        public long? Revoked { get; init; }

        public AccessKey ToKey() => new(Id, Namespace, Name, Scopes, StoredTime.Read(Created), Revoked is { } revoked ? StoredTime.Read(revoked) : null);
    }
}
