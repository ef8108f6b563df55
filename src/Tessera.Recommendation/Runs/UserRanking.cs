namespace Tessera.Recommendation.Runs;

/// <summary>What is recommended to a user.</summary>
/// <param name="User">Index of the user.</param>
/// <param name="Items">Indices of the items, best first.</param>
/// <param name="Scores">Their scores.</param>
/// <param name="IsPopular">Whether the user has nothing in training that the model goes by, so that these are the items with most interactions in training, and their number.</param>
internal sealed record UserRanking(int User, int[] Items, float[] Scores, bool IsPopular);
