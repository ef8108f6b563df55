namespace Tessera.Serving.Catalog;

/// <summary>Lets work on the same id, and now and then on two that fall together, be done one after the other. There are as few as given, so nothing grows.</summary>
internal sealed class Turns(int count)
{
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, count).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Waits for the turn of an id, which ends when the result is disposed of.</summary>
    public async Task<IDisposable> EnterAsync(string id, CancellationToken cancel)
    {
        SemaphoreSlim turn = _turns[(uint)string.GetHashCode(id, StringComparison.Ordinal) % (uint)_turns.Length];
        await turn.WaitAsync(cancel);
        return new Turn(turn);
    }

    private sealed class Turn(SemaphoreSlim held) : IDisposable
    {
        public void Dispose() => held.Release();
    }
}
