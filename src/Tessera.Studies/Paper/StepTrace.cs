namespace Tessera.Studies.Paper;

/// <summary>What a step, or the mean of an epoch's steps, did to item IDs e_i and to the projection W of features. Rows are those of items in the batch.</summary>
/// <param name="Loss">The training loss L.</param>
/// <param name="IdLoss">The part of its ranking loss that IDs have by themselves.</param>
/// <param name="FeatureLoss">The part that features have by themselves.</param>
/// <param name="IdRowNorm">Mean of <c>‖∂L/∂e_i‖</c> over the rows.</param>
/// <param name="IdRms">Root mean square of the elements of <c>∂L/∂e_i</c> of the rows.</param>
/// <param name="IdUpdateRms">Root mean square by which the optimizer changed these elements.</param>
/// <param name="PropagatedRowNorm">Mean of <c>‖∂L/∂e_i‖</c> over items that are not in the batch but that a graph brings a gradient; 0 where there are none.</param>
/// <param name="ProjectionNorm"><c>‖∂L/∂W‖</c>, all modalities together.</param>
/// <param name="ProjectionRms">Root mean square of its elements.</param>
/// <param name="ProjectionUpdateRms">Root mean square by which the optimizer changed W.</param>
/// <param name="Rows">Number of rows with a gradient.</param>
/// <param name="RowsAbove">How many of them break the theorem's bound, <c>‖∂L/∂e_i‖ &lt; ‖∂L/∂W‖</c>.</param>
internal sealed record StepTrace(
    double Loss, double IdLoss, double FeatureLoss, double IdRowNorm, double IdRms, double IdUpdateRms, double PropagatedRowNorm,
    double ProjectionNorm, double ProjectionRms, double ProjectionUpdateRms, double Rows, double RowsAbove)
{
    /// <summary>The mean of several steps.</summary>
    public static StepTrace Mean(IReadOnlyList<StepTrace> steps)
    {
        return new StepTrace(
            Of(step => step.Loss), Of(step => step.IdLoss), Of(step => step.FeatureLoss), Of(step => step.IdRowNorm), Of(step => step.IdRms),
            Of(step => step.IdUpdateRms), Of(step => step.PropagatedRowNorm), Of(step => step.ProjectionNorm), Of(step => step.ProjectionRms),
            Of(step => step.ProjectionUpdateRms), Of(step => step.Rows), Of(step => step.RowsAbove));

        double Of(Func<StepTrace, double> number) => steps.Average(number);
    }
}
