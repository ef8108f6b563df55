using Tessera.Data;

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

    /// <summary>An item of a data set, with the features that it has there.</summary>
    internal static NewItem Of(string id, Dataset data, int item) => new(
        id, data.Modalities.Where(modality => !modality.Missing[item]).ToDictionary(modality => modality.Name, modality => modality.Features.Row(item).ToArray()));
}
