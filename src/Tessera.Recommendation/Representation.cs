using Tessera.Compute.Autograd;

namespace Tessera.Recommendation;

/// <summary>A model's final vectors on a tape.</summary>
/// <param name="Users">User vectors <c>[|U| x d]</c>.</param>
/// <param name="Items">Item vectors <c>[|I| x d]</c>.</param>
/// <param name="ChunkWeights">Weight of each chunk of columns for each user, <c>[|U| x chunks]</c>, or null.</param>
public readonly record struct Representation(Variable Users, Variable Items, Variable? ChunkWeights = null);
