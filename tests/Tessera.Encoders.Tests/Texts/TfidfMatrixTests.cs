using Tessera.Compute.Tensors;
using Tessera.Encoders.Texts;

namespace Tessera.Encoders.Tests.Texts;

public sealed class TfidfMatrixTests
{
    [Fact]
    public void Weights_of_three_sentences_agree_with_those_by_hand()
    {
        // By hand, n = 3: df of blue 1, cat 2, sat 2, "cat sat" 1; idf = ln(4 / (1 + df)) + 1.
        string[] corpus = ["The cat sat.", "A cat, a cat: BLUE cat!", "They sat"];
        var vocabulary = new Vocabulary(["blue", "cat", "cat sat", "sat"]);
        (CsrMatrix weights, float[] idf) = TfidfMatrix.Of(corpus, vocabulary, texts: 3, entries: 0, _ => { });

        const double rare = 1.6931471805599454, common = 1.2876820724517809;
        Assert.Equal([(float)rare, (float)common, (float)rare, (float)common], idf);

        double first = Math.Sqrt((2 * common * common) + (rare * rare));
        AssertRow(weights, 0, (1, common / first), (2, rare / first), (3, common / first));
        double thrice = (1 + Math.Log(3)) * common, second = Math.Sqrt((thrice * thrice) + (rare * rare));
        AssertRow(weights, 1, (0, rare / second), (1, thrice / second));
        AssertRow(weights, 2, (3, 1));
        Assert.Equal(0.5309, rare / second, 1e-4);
    }

    [Fact]
    public void A_text_without_known_terms_has_no_entries()
    {
        (CsrMatrix weights, _) = TfidfMatrix.Of(["cat", "dog", "", "cat cat"], new Vocabulary(["cat"]), texts: 3, entries: 2, _ => { });
        Assert.Equal([0, 1, 1, 1, 2], weights.RowStarts.ToArray());
        Assert.Equal([1f, 1f], weights.Values.ToArray());
    }

    private static void AssertRow(CsrMatrix weights, int row, params (int Column, double Value)[] expected)
    {
        Assert.Equal(expected.Select(e => e.Column), weights.RowColumns(row).ToArray());
        for (int e = 0; e < expected.Length; e++) Assert.Equal(expected[e].Value, weights.RowValues(row)[e], 1e-6);
    }
}
