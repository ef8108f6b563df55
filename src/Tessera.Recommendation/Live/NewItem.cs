namespace Tessera.Recommendation.Live;

/// <summary>An item that comes after training.</summary>
/// <param name="Id">Its external id.</param>
/// <param name="Features">
/// Its features by modality, as the run's data had them, before any scaling; a modality that is left out is missing, as is one of zeros.
/// </param>
public sealed record NewItem(string Id, IReadOnlyDictionary<string, float[]> Features)
{
    /// <summary>What people call it, or null.</summary>
    public string? Title { get; init; }
}
