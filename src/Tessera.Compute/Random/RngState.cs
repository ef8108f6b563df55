namespace Tessera.Compute.Random;

/// <summary>The whole state of an <see cref="Rng"/>: the four words of xoshiro256**, never all zero.</summary>
/// <param name="S0">First word.</param>
/// <param name="S1">Second word.</param>
/// <param name="S2">Third word.</param>
/// <param name="S3">Fourth word.</param>
public readonly record struct RngState(ulong S0, ulong S1, ulong S2, ulong S3);
