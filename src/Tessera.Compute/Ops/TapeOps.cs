namespace Tessera.Compute.Ops;

/// <summary>The differentiable operations of a tape, one file each.</summary>
/// <remarks>Values are computed at once; <see cref="Autograd.Tape.Backward"/> computes the gradients that each operation's remarks give.</remarks>
public static partial class TapeOps;
