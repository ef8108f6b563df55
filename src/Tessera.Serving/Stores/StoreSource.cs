namespace Tessera.Serving.Stores;

/// <summary>The store of the service, which is opened when it is first asked for and closed with the host.</summary>
/// <param name="open">Opens the database.</param>
/// <param name="name">Name of the namespace.</param>
internal sealed class StoreSource(Func<Task<Database>> open, string name) : IAsyncDisposable, IDisposable
{
    private readonly Lazy<Task<Store>> _store = new(async () =>
    {
        Database database = await open();
        try
        {
            return await database.OpenAsync(name);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    });

    /// <summary>The store.</summary>
    /// <exception cref="Data.InvalidInputException">It is named by no place or namespace that can be used.</exception>
    /// <exception cref="Data.StorageException">The database cannot be reached.</exception>
    public Task<Store> OpenAsync() => _store.Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_store is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) await (await _store.Value).Database.DisposeAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
