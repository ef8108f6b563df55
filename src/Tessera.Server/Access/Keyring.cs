using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Tessera.Serving.Stores;

namespace Tessera.Server.Access;

/// <summary>
/// The keys that were used lately, by the hash of their secret, so that a request does not ask the store. A key that was revoked by another process opens
/// for some seconds more, one by this process no more at once. Few ask the store at a time, so that a flood of keys that there are not leaves it to the others.
/// </summary>
internal sealed class Keyring(StoreSource source, TimeProvider time) : IDisposable
{
    private const int Most = 10_000, AtOnce = 4;
    private static readonly TimeSpan Trust = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _asking = new(AtOnce);
    private readonly ConcurrentDictionary<string, (AccessKey Key, DateTimeOffset Until)> _known = new();
    private volatile int _forgotten;

    /// <summary>The key with a secret; null where there is none, or it opens nothing any more or another namespace.</summary>
    public async ValueTask<AccessKey?> FindAsync(string secret, CancellationToken cancel)
    {
        if (!KeyStore.IsSecret(secret)) return null;
        string hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        DateTimeOffset now = time.GetUtcNow();
        if (_known.TryGetValue(hash, out var known) && now < known.Until) return known.Key;
        int forgotten = _forgotten;
        Store store = await source.OpenAsync();
        AccessKey? key;
        await _asking.WaitAsync(cancel);
        try
        {
            key = await store.Database.Keys.FindAsync(secret, cancel);
        }
        finally
        {
            _asking.Release();
        }

        if (key?.Namespace != store.Name)
        {
            _known.TryRemove(hash, out _);
            return null;
        }

        if (_known.Count >= Most) _known.Clear();
        _known[hash] = (key, now + Trust);
        if (_forgotten != forgotten) _known.TryRemove(hash, out _); // the store may have been asked before
        return key;
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    /// <summary>Asks the store again from now on.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _forgotten);
        _known.Clear();
    }
}
