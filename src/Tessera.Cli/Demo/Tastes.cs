using Tessera.Compute.Random;

namespace Tessera.Cli.Demo;

/// <summary>
/// Hidden factors of products, of what they look like and of what is said of them, and what users like of these: <c>s p·v_i + (1 - s) q·t_i</c>. A quality gives
/// all products that have it the same part of their factors.
/// </summary>
internal sealed class Tastes
{
    private const int Factors = 8;
    private readonly float[][] _looks, _words, _likedLooks, _likedWords;
    private readonly float[] _shares;

    public Tastes(IReadOnlyList<Product> products, int users, Rng rng)
    {
        float[][] kinds = Parts("kinds", Assortment.Kinds.Count, 0.2), colors = Parts("colors", Assortment.Colors.Count, 0.45);
        float[][] seconds = Parts("second colors", Assortment.Colors.Count, 0.1), patterns = Parts("patterns", Assortment.Patterns.Count, 0.25);
        float[][] materials = Parts("materials", Assortment.Materials.Count, 0.2), styles = Parts("styles", Assortment.Styles.Count, 0.3);
        float[][] places = Parts("places", Assortment.Places.Count, 0.3);
        _looks = [.. products.Select(one => Sum(kinds[one.Kind], colors[one.Color], seconds[one.Second], patterns[one.Pattern]))];
        _words = [.. products.Select(one => Sum(kinds[one.Kind], materials[one.Material], styles[one.Style], places[one.Place]))];
        _likedLooks = Directions("liked looks");
        _likedWords = Directions("liked words");
        Rng shares = rng.Stream("shares");
        _shares = [.. Enumerable.Range(0, users).Select(_ => (shares.Next(2) == 0 ? 0.05f : 0.75f) + (0.2f * shares.NextSingle()))];

        float[][] Parts(string name, int count, double variance)
        {
            Rng own = rng.Stream(name);
            float deviation = (float)Math.Sqrt(variance);
            return [.. Enumerable.Range(0, count).Select(_ => Draw(own, deviation))];
        }

        float[][] Directions(string name)
        {
            Rng own = rng.Stream(name);
            return [.. Enumerable.Range(0, users).Select(_ => Direction(Draw(own, 1)))];
        }
    }

    /// <summary>How well a product suits a user, popularity aside.</summary>
    public float Affinity(int user, int product) =>
        (_shares[user] * Dot(_likedLooks[user], _looks[product])) + ((1 - _shares[user]) * Dot(_likedWords[user], _words[product]));

    private static float[] Draw(Rng rng, float deviation)
    {
        var vector = new float[Factors];
        foreach (ref float value in vector.AsSpan()) value = deviation * rng.NextGaussian();
        return vector;
    }

    private static float[] Direction(float[] vector)
    {
        float length = MathF.Max(MathF.Sqrt(Dot(vector, vector)), 1e-6f);
        return Array.ConvertAll(vector, value => value / length);
    }

    private static float[] Sum(params float[][] parts) => [.. Enumerable.Range(0, Factors).Select(factor => parts.Sum(part => part[factor]))];

    private static float Dot(float[] a, float[] b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
