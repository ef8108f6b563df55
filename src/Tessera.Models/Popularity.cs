namespace Tessera.Models;

/// <summary>Recommends the most popular items to everyone: an item's score is its number of training interactions.</summary>
public static class Popularity
{
    /// <summary>Vectors of one column whose dot products are those scores; exact up to 2^24 interactions of an item.</summary>
    public static Embeddings Embeddings(Interactions train)
    {
        ArgumentNullException.ThrowIfNull(train);
        Matrix users = new(train.Users, 1), items = new(train.Items, 1);
        users.Span.Fill(1f);
        int[] counts = train.ItemCounts();
        for (int item = 0; item < counts.Length; item++) items[item, 0] = counts[item];
        return new Embeddings(users, items);
    }
}
