using System.Runtime.InteropServices;

namespace Tessera.Encoders.Texts;

/// <summary>
/// In how many texts terms stand. Of more than <paramref name="most"/> different terms, those in the fewest texts are forgotten until half
/// are left (after lossy counting; Manku and Motwani, 2002): a term that comes again counts anew. Up to there the counts are exact.
/// </summary>
/// <param name="most">Most terms held between two texts; some 110 bytes each.</param>
internal sealed class TermCounts(int most)
{
    private readonly Dictionary<string, Count> _counts = new(StringComparer.Ordinal);
    private readonly TermReader _reader = new();

    /// <summary>Texts with at least one word.</summary>
    public int Texts { get; private set; }

    /// <summary>Terms held.</summary>
    public int Terms => _counts.Count;

    /// <summary>Counts each term of a text once.</summary>
    public void Add(string text)
    {
        Dictionary<string, Count>.AlternateLookup<ReadOnlySpan<char>> lookup = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
        int number = Texts + 1;
        _reader.Start(text);
        while (_reader.Read())
        {
            Texts = number;
            ref Count count = ref CollectionsMarshal.GetValueRefOrAddDefault(lookup, _reader.Term, out _);
            if (count.Last == number) continue;
            count.Last = number;
            count.Texts++;
        }

        if (_counts.Count > most) Forget();
    }

    /// <summary>
    /// The terms that stand in a range of numbers of texts, at most some of them: those in the most texts, of equals the first in ordinal
    /// order.
    /// </summary>
    /// <returns>The terms in ordinal order, and the number of texts of all of them together.</returns>
    public (string[] Terms, long Entries) Select(int fewestTexts, int maxTexts, int maxTerms)
    {
        (string Term, int Texts)[] chosen =
        [
            .. _counts.Select(term => (Term: term.Key, term.Value.Texts))
                .Where(term => term.Texts >= fewestTexts && term.Texts <= maxTexts)
                .OrderByDescending(term => term.Texts)
                .ThenBy(term => term.Term, StringComparer.Ordinal)
                .Take(maxTerms),
        ];
        return ([.. chosen.Select(term => term.Term).Order(StringComparer.Ordinal)], chosen.Sum(term => (long)term.Texts));
    }

    private void Forget()
    {
        for (int texts = 1; _counts.Count > most / 2; texts++)
        {
            foreach ((string term, Count count) in _counts)
                if (count.Texts <= texts) _counts.Remove(term);
        }
    }

    private struct Count
    {
        public int Texts;
        public int Last; // the text last counted, from 1
    }
}
