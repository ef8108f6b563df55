namespace Tessera.Compute.Kernels;

/// <summary>A vector, by its lane in a panel, and a row of a matrix.</summary>
internal readonly record struct LaneRow(int Lane, int Row);
