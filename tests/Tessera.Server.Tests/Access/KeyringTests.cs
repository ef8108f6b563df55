using Tessera.Server.Access;
using Tessera.Serving.Stores;
using Tessera.Serving.Stores.Sqlite;

namespace Tessera.Server.Tests.Access;

/// <summary>How long a key is trusted, and who asks the store for it again.</summary>
public sealed class KeyringTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tessera-keys-").FullName;
    private readonly Clock _clock = new();
    private SqliteDatabase _database = null!;
    private StoreSource _source = null!;
    private Store _store = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await SqliteDatabase.OpenAsync(Path.Combine(_folder, "store.db"), TimeProvider.System);
        _source = new StoreSource(() => Task.FromResult<Database>(_database), "default");
        _store = await _source.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(7, true, true)]
    [InlineData(9, false, false)] // the first asks, and the next knows what it was told
    [InlineData(10, false, false)]
    [InlineData(3600, false, false)]
    public async Task A_key_that_another_process_revoked_opens_for_ten_seconds_at_most(int seconds, bool first, bool second)
    {
        using var keyring = new Keyring(_source, _clock);
        (AccessKey key, string secret) = await _database.Keys.CreateAsync(_store, "shop", KeyScopes.Read);
        Assert.Equal(key.Id, (await keyring.FindAsync(secret, CancellationToken.None))?.Id);
        await _database.Keys.RevokeAsync(_store, key.Id);
        _clock.Now += TimeSpan.FromSeconds(seconds);

        Assert.Equal(first, await keyring.FindAsync(secret, CancellationToken.None) is not null);
        Assert.Equal(second, await keyring.FindAsync(secret, CancellationToken.None) is not null);
    }

    [Fact]
    public async Task A_key_in_use_is_confirmed_again_and_again_and_forgotten_at_once()
    {
        using var keyring = new Keyring(_source, _clock);
        (AccessKey key, string secret) = await _database.Keys.CreateAsync(_store, "shop", KeyScopes.Read);
        for (int second = 0; second < 40; second++, _clock.Now += TimeSpan.FromSeconds(1))
            Assert.All(await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => keyring.FindAsync(secret, CancellationToken.None).AsTask())), found => Assert.Equal(key.Id, found?.Id));

        await _database.Keys.RevokeAsync(_store, key.Id);
        keyring.Forget();

        Assert.Null(await keyring.FindAsync(secret, CancellationToken.None));
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
