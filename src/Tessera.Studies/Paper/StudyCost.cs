using Tessera.Studies.Cells;

namespace Tessera.Studies.Paper;

/// <summary>What a plan's trainings will cost.</summary>
/// <param name="Model">Name of a model.</param>
/// <param name="Data">Folder of a data set.</param>
/// <param name="Trainings">Trainings of it that are not done yet.</param>
/// <param name="EpochSeconds">What an epoch takes on one thread; 0 for a model without epochs.</param>
/// <param name="Epochs">Epochs that a training is taken to have: see <see cref="CellCost.EpochsOf"/>.</param>
internal sealed record StudyCost(string Model, string Data, int Trainings, double EpochSeconds, int Epochs)
{
    /// <summary>Seconds on one thread.</summary>
    public double Seconds => Trainings * EpochSeconds * Epochs;
}
