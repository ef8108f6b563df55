namespace Tessera.Compute.Kernels;

/// <summary>Constants of one Adam step, the same for all elements.</summary>
/// <param name="Rate">Learning rate divided by the first moment's bias correction, <c>1 - β1^t</c>.</param>
/// <param name="RootScale"><c>1 / √(1 - β2^t)</c>.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the divisor.</param>
/// <param name="L2">Weight decay added to the gradient, times the parameter; 0 for none.</param>
internal readonly record struct AdamConstants(
    float Rate, float RootScale, float Beta1, float Beta2, float Epsilon, float L2);
