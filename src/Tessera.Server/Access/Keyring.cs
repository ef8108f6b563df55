using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Tessera.Serving.Stores;

namespace Tessera.Server.Access;

/// <summary>
/// The keys that were used lately, by the hash of their secret, so that a request does not ask the store. A key that was revoked by another process opens
/// for some seconds more, one by this process no more at once. Of keys that are not known few are asked for at a time, so that a flood of those that there
/// are not leaves the store to the others; a known one is asked for past them, and as long as it is trusted by one request alone.
/// </summary>
internal sealed class Keyring(StoreSource source, TimeProvider time) : IDisposable
{
    private const int Most = 10_000, AtOnce = 4;
    private static readonly TimeSpan Trust = TimeSpan.FromSeconds(10), Fresh = TimeSpan.FromSeconds(8);
    private readonly SemaphoreSlim _asking = new(AtOnce);
    private readonly ConcurrentDictionary<string, Known> _known = new();
    private volatile int _forgotten;

    /// <summary>The key with a secret; null where there is none, or it opens nothing any more or another namespace.</summary>
    public async ValueTask<AccessKey?> FindAsync(string secret, CancellationToken cancel)
    {
        if (!KeyStore.IsSecret(secret)) return null;
        string hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        DateTimeOffset now = time.GetUtcNow();
        bool isKnown = _known.TryGetValue(hash, out Known known);
        TimeSpan age = now - known.Confirmed;
        if (isKnown && age < Trust)
        {
            if (age < Fresh || known.IsAskedFor) return known.Key;
            if (!_known.TryUpdate(hash, known with { IsAskedFor = true }, known)) return await FindAsync(secret, cancel); // as somebody else has left it
        }

        int forgotten = _forgotten;
        Store store = await source.OpenAsync();
        AccessKey? key = isKnown ? await store.Database.Keys.FindAsync(secret, cancel) : await AskInTurnAsync(store, secret, cancel);
        if (key?.Namespace != store.Name)
        {
            _known.TryRemove(hash, out _);
            return null;
        }

        if (_known.Count >= Most) _known.Clear();
        _known[hash] = new Known(key, now, IsAskedFor: false);
        if (_forgotten != forgotten) _known.TryRemove(hash, out _); // the store may have been asked before
        return key;
    }

    private async Task<AccessKey?> AskInTurnAsync(Store store, string secret, CancellationToken cancel)
    {
        await _asking.WaitAsync(cancel);
        try
        {
            return await store.Database.Keys.FindAsync(secret, cancel);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    /// <summary>Asks the store again from now on.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _forgotten);
        _known.Clear();
    }

    /// <param name="Confirmed">When the store was asked.</param>
    /// <param name="IsAskedFor">Whether a request asks it again.</param>
    private readonly record struct Known(AccessKey Key, DateTimeOffset Confirmed, bool IsAskedFor);
}
