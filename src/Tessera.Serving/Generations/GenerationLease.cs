namespace Tessera.Serving.Generations;

/// <summary>The right to use a generation until this is disposed of.</summary>
/// <param name="generation">What the caller holds already.</param>
/// <param name="arm">The arm it is served as; null where it was chosen.</param>
internal sealed class GenerationLease(OpenGeneration generation, string? arm) : IDisposable
{
    private bool _left;

    /// <summary>The generation.</summary>
    public OpenGeneration Generation => generation;

    /// <summary>The arm it is served as; null where it was chosen.</summary>
    public string? Arm => arm;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, true)) return;
        generation.Leave();
    }
}
