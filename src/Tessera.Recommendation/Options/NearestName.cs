namespace Tessera.Recommendation.Options;

/// <summary>Finds the name that was probably meant.</summary>
internal static class NearestName
{
    /// <summary>The known name with the fewest edits from the given one, or null where all are too far.</summary>
    public static string? Find(string given, IEnumerable<string> known)
    {
        string? nearest = known.MinBy(name => Distance(given, name));
        return nearest is not null && Distance(given, nearest) <= Math.Max(2, nearest.Length / 3) ? nearest : null;
    }

    /// <summary>Levenshtein distance of the two, without regard to case.</summary>
    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int change = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1;
                int distance = Math.Min(diagonal + change, Math.Min(row[j], row[j - 1]) + 1);
                diagonal = row[j];
                row[j] = distance;
            }
        }

        return row[^1];
    }
}
