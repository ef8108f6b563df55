using Tessera.Compute.Random;
using Tessera.Compute.Tensors;

namespace Tessera.Data.Synthetic;

/// <summary>
/// A synthetic data set whose structure is known: what users like shows in the items' features, in part in the images, in
/// part in the texts, and users differ in how much they rely on each.
/// </summary>
/// <remarks>
/// Item i has hidden factors v_i (visual) and t_i (textual), standard normal with a part in common. Features are
/// tanh(W·factors) + noise. User u has preferences p_u and q_u of length 1 and a visual share s_u;
/// affinity(u, i) = s_u p_u·v_i + (1 - s_u) q_u·t_i. A user's items are drawn without replacement with probability
/// ∝ exp(strength · affinity) · popularity_i, popularity falling with rank as a power law.
/// </remarks>
public sealed class SyntheticDataset
{
    private readonly SyntheticDatasetOptions _options;
    private readonly Matrix _visualFactors;
    private readonly Matrix _textualFactors;
    private readonly Matrix _visualPreferences;
    private readonly Matrix _textualPreferences;
    private readonly float[] _visualShare;

    private SyntheticDataset(SyntheticDatasetOptions options)
    {
        _options = options;
        var rng = new Rng(options.Seed);
        (_visualFactors, _textualFactors) = DrawFactors(rng.Stream("factors"));
        _visualPreferences = DrawPreferences(rng.Stream("visual preferences"));
        _textualPreferences = DrawPreferences(rng.Stream("textual preferences"));
        _visualShare = DrawShares(rng.Stream("shares"));
        Modality[] modalities =
        [
            new("image", DrawFeatures(_visualFactors, options.VisualDimensions, rng.Stream("image"))),
            new("text", DrawFeatures(_textualFactors, options.TextualDimensions, rng.Stream("text"))),
        ];
        (Interactions train, Interactions validation, Interactions test) = new SyntheticInteractions(options, Affinity).Draw(rng);
        Dataset = new Dataset("synthetic", train, validation, test, modalities);
    }

    /// <summary>The data set, with the modalities <c>image</c> and <c>text</c>.</summary>
    public Dataset Dataset { get; }

    /// <summary>
    /// How much each user relies on images rather than texts, <c>[|U|]</c>: 0.05 to 0.25 for half of the users, 0.75 to 0.95
    /// for the others.
    /// </summary>
    internal IReadOnlyList<float> VisualShare => _visualShare;

    /// <summary>Makes a data set.</summary>
    /// <exception cref="InvalidInputException">An option is outside its range.</exception>
    public static SyntheticDataset Create(SyntheticDatasetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new SyntheticDataset(options);
    }

    /// <summary>
    /// How well an item suits a user, popularity aside: the hidden truth, about normal with mean 0 and a standard deviation
    /// below 1.
    /// </summary>
    internal float Affinity(int user, int item)
    {
        float share = _visualShare[user];
        return (share * Dot(_visualPreferences.Row(user), _visualFactors.Row(item)))
            + ((1 - share) * Dot(_textualPreferences.Row(user), _textualFactors.Row(item)));
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private (Matrix Visual, Matrix Textual) DrawFactors(Rng rng)
    {
        var visual = new Matrix(_options.Items, _options.LatentFactors);
        var textual = new Matrix(_options.Items, _options.LatentFactors);
        float common = (float)Math.Sqrt(_options.SharedVariance), own = (float)Math.Sqrt(1 - _options.SharedVariance);
        for (int i = 0; i < visual.Length; i++)
        {
            float shared = common * rng.NextGaussian();
            visual.Span[i] = shared + (own * rng.NextGaussian());
            textual.Span[i] = shared + (own * rng.NextGaussian());
        }

        return (visual, textual);
    }

    private Matrix DrawPreferences(Rng rng)
    {
        Matrix preferences = GaussianMatrix(_options.Users, _options.LatentFactors, rng);
        for (int user = 0; user < preferences.Rows; user++)
        {
            Span<float> row = preferences.Row(user);
            float length = MathF.Max(MathF.Sqrt(Dot(row, row)), 1e-6f);
            foreach (ref float value in row) value /= length;
        }

        return preferences;
    }

    private float[] DrawShares(Rng rng)
    {
        var shares = new float[_options.Users];
        foreach (ref float share in shares.AsSpan()) share = (rng.Next(2) == 0 ? 0.05f : 0.75f) + (0.2f * rng.NextSingle());
        return shares;
    }

    private Matrix DrawFeatures(Matrix factors, int dimensions, Rng rng)
    {
        using Matrix map = GaussianMatrix(dimensions, factors.Columns, rng);
        float scale = 1 / MathF.Sqrt(factors.Columns), noise = (float)_options.Noise;
        var features = new Matrix(factors.Rows, dimensions);
        for (int item = 0; item < features.Rows; item++)
        {
            Span<float> row = features.Row(item);
            for (int j = 0; j < dimensions; j++)
                row[j] = MathF.Tanh(scale * Dot(map.Row(j), factors.Row(item))) + (noise * rng.NextGaussian());
        }

        return features;
    }

    private static Matrix GaussianMatrix(int rows, int columns, Rng rng)
    {
        var matrix = new Matrix(rows, columns);
        foreach (ref float value in matrix.Span) value = rng.NextGaussian();
        return matrix;
    }
}
