namespace Tessera.Compute.Kernels;

/// <summary>What is known of a row of whole numbers c that stands for a row of numbers v.</summary>
/// <param name="Scale">s: v is about s·c.</param>
/// <param name="Error">At least ‖v - s·c‖.</param>
/// <param name="Length">At least ‖v‖ and ‖s·c‖.</param>
/// <param name="Shift">What the sum of products with c is too high, for the other vector's numbers are taken 64 higher than they are.</param>
internal readonly record struct QuantizedRow(float Scale, float Error, float Length, int Shift);
