using System.Runtime.InteropServices;
using Tessera.Compute.Tensors;

namespace Tessera.Encoders.Texts;

/// <summary>Texts as rows of term weights: <c>(1 + ln tf) · idf</c>, <c>idf = ln((1 + n) / (1 + df)) + 1</c>, rows of length 1.</summary>
internal static class TfidfMatrix
{
    /// <summary>Weighs all texts.</summary>
    /// <param name="corpus">The texts.</param>
    /// <param name="vocabulary">The columns.</param>
    /// <param name="texts">n, the number of texts with a word.</param>
    /// <param name="entries">Number of entries, if known: room for them is made at once.</param>
    /// <param name="step">Called after each text.</param>
    /// <returns><c>[texts x terms]</c>, a row without entries for a text without known terms; and idf by column.</returns>
    public static (CsrMatrix Weights, float[] Idf) Of(IReadOnlyList<string> corpus, Vocabulary vocabulary, int texts, int entries, Action<int> step)
    {
        var starts = new int[corpus.Count + 1];
        List<int> columns = new(entries);
        List<float> weights = new(entries);
        var frequencies = new int[vocabulary.Terms.Count];
        var reader = new TermReader();
        for (int text = 0; text < corpus.Count; text++)
        {
            vocabulary.Count(corpus[text], reader, columns, weights);
            starts[text + 1] = columns.Count;
            foreach (int column in Row(text)) frequencies[column]++;
            step(text + 1);
        }

        float[] idf = [.. frequencies.Select(frequency => (float)(Math.Log((1d + texts) / (1d + frequency)) + 1))];
        for (int text = 0; text < corpus.Count; text++) Weigh(Row(text), CollectionsMarshal.AsSpan(weights)[starts[text]..starts[text + 1]], idf);
        return (new CsrMatrix(corpus.Count, frequencies.Length, starts, [.. columns], [.. weights]), idf);

        ReadOnlySpan<int> Row(int text) => CollectionsMarshal.AsSpan(columns)[starts[text]..starts[text + 1]];
    }

    /// <summary>Multiplies the weights of a text by idf and divides them by the length of the whole.</summary>
    public static void Weigh(ReadOnlySpan<int> columns, Span<float> weights, ReadOnlySpan<float> idf)
    {
        double squares = 0;
        for (int e = 0; e < weights.Length; e++)
        {
            weights[e] *= idf[columns[e]];
            squares += (double)weights[e] * weights[e];
        }

        float scale = (float)(1 / Math.Sqrt(squares));
        foreach (ref float weight in weights) weight *= scale;
    }
}
