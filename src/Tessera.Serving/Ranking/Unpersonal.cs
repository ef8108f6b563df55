using Tessera.Recommendation.Live;

namespace Tessera.Serving.Ranking;

/// <summary>The list for who is unknown: three popular items, then one of the latest, and so on, as far as there are any of either.</summary>
internal static class Unpersonal
{
    private const int PopularForEachNew = 3;

    /// <param name="popular">Items by interactions, best first.</param>
    /// <param name="newest">The latest items, the last one first, none of which is popular.</param>
    public static List<(RankedScore Item, string Reason)> Mix(List<RankedScore> popular, List<RankedScore> newest, int count)
    {
        var list = new List<(RankedScore, string)>(count);
        int known = 0, latest = 0;
        while (list.Count < count && known + latest < popular.Count + newest.Count)
        {
            bool isNew = latest < newest.Count && (known == popular.Count || known >= (latest + 1) * PopularForEachNew);
            list.Add(isNew ? (newest[latest++], RecommendedItem.New) : (popular[known++], RecommendedItem.Popular));
        }

        return list;
    }
}
