using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Tessera.Compute.Tensors;

namespace Tessera.Encoders.Texts;

/// <summary>
/// Encodes texts by the words they use, without a language model: TF-IDF of words and pairs of words, projected on the corpus's largest
/// singular vectors (latent semantic analysis; Deerwester et al., "Indexing by Latent Semantic Analysis", 1990), rows of length 1.
/// Texts whose words keep the same company come out alike, even without a word in common.
/// </summary>
/// <remarks>
/// <para>
/// A text's vector is <c>x V / ‖x V‖</c>, x its term weights, also if it was not in the corpus (folding in): for one that was it is that
/// row of <c>U Σ</c>. Not <c>x V Σ⁻¹</c>, which would raise the weakest directions, mostly noise, to the rank of the strongest and no longer
/// keep the cosines of the weights.
/// </para>
/// <para>
/// A text without a known term, or with nothing in the space that the basis spans, has a vector of zeros, and no other text has one: zeros
/// mean missing and must be recorded as such. Use by several threads at once is safe. A text costs 2·terms·dimensions flops.
/// </para>
/// </remarks>
public sealed partial class TfidfEncoder : IDisposable
{
    /// <summary>What manifests call this encoder.</summary>
    public const string Name = "tfidf-svd";

    private const string Format = $"{Name} 2";
    private const double Nothing = 1e-6; // length of a projection, of 1, that is rounding
    private readonly Vocabulary _vocabulary;
    private readonly float[] _idf;
    private readonly Matrix _basis;

    private TfidfEncoder(Vocabulary vocabulary, float[] idf, Matrix basis)
    {
        _vocabulary = vocabulary;
        _idf = idf;
        _basis = basis;
        Fingerprint = Hash();
    }

    /// <summary>Elements of a vector: those asked for, or the corpus's rank where that is lower.</summary>
    public int Dimensions => _basis.Columns;

    /// <summary>The terms it knows, in ordinal order.</summary>
    public IReadOnlyList<string> Terms => _vocabulary.Terms;

    /// <summary>
    /// SHA-256, hexadecimal, of all that a vector depends on beside its text: version of the tokenizer, terms, weights, basis. Equal ones
    /// give equal vectors.
    /// </summary>
    public string Fingerprint { get; }

    /// <summary>Encodes a text.</summary>
    /// <returns><see cref="Dimensions"/> numbers of Euclidean norm 1, or zeros where it is missing.</returns>
    public float[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var columns = new List<int>();
        var weights = new List<float>();
        _vocabulary.Count(text, new TermReader(), columns, weights);
        TfidfMatrix.Weigh(CollectionsMarshal.AsSpan(columns), CollectionsMarshal.AsSpan(weights), _idf);

        var vector = new float[Dimensions];
        for (int term = 0; term < columns.Count; term++) TensorPrimitives.MultiplyAdd(_basis.Row(columns[term]), weights[term], vector, vector);
        double squares = 0;
        foreach (float value in vector) squares += (double)value * value;
        double scale = Math.Sqrt(squares) > Nothing ? 1 / Math.Sqrt(squares) : 0;
        for (int d = 0; d < vector.Length; d++) vector[d] = (float)(vector[d] * scale);
        return vector;
    }

    /// <summary>Frees the basis.</summary>
    public void Dispose() => _basis.Dispose();

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{Format}\n"));
        foreach (string term in Terms) hash.AppendData(Encoding.UTF8.GetBytes($"{term}\n"));
        hash.AppendData(MemoryMarshal.AsBytes<float>(_idf));
        for (int row = 0; row < _basis.Rows; row++) hash.AppendData(MemoryMarshal.AsBytes(_basis.Row(row)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
