using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Serving.Retraining;

/// <summary>What a training is of: the file <c>retraining.json</c> in its folder, and later in that of its run.</summary>
/// <param name="Name">Name of the generation to come.</param>
/// <param name="Store">What tells store and namespace from others; no secret.</param>
/// <param name="Champion">Name of the generation whose place it is to take.</param>
/// <param name="TrainedTo">Position in the log of the last entry that its data know.</param>
/// <param name="Changed">Ids of items whose features are others than the champion was trained with.</param>
internal sealed record TrainingPlan(string Name, string Store, string Champion, long TrainedTo, IReadOnlyList<string> Changed)
{
    private const string FileName = "retraining.json";

    /// <summary>Writes it into a folder, whole.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void Write(string folder) => JsonRecord.Write(Path.Combine(folder, FileName), this);

    /// <summary>The plan in a folder; null where there is none, or none that can be read.</summary>
    public static TrainingPlan? Find(string folder)
    {
        try
        {
            return JsonRecord.ReadIfPresent<TrainingPlan>(Path.Combine(folder, FileName), "is not the plan of a training", "expected what the service wrote");
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }
}
