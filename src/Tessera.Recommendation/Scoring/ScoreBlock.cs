namespace Tessera.Recommendation.Scoring;

/// <summary>How many users are scored at a time, so that users x items is never held whole.</summary>
internal static class ScoreBlock
{
    private const int Usual = 1 << 22; // scores that stay in cache
    private const int Most = 1 << 26; // 256 MB
    private const int FewRows = 256; // fewer rows take longer each, as the items are laid out anew for every block
    private const int MaxRows = 1024;

    /// <summary>Rows of a block of scores, 1 or more: no more than there are users, and of no more than 256 MB together unless one alone is.</summary>
    /// <param name="users">Users to score.</param>
    /// <param name="items">Scores of each.</param>
    public static int Rows(int users, int items)
    {
        int each = Math.Max(1, items), rows = Math.Clamp(Usual / each, Math.Clamp(Most / each, 1, FewRows), MaxRows);
        return Math.Clamp(users, 1, rows);
    }
}
