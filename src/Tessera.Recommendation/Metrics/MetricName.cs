using System.Globalization;
using Tessera.Data;

namespace Tessera.Recommendation.Metrics;

/// <summary>A metric and its cut-off, such as <c>Recall@20</c>, <c>NDCG@10</c>, <c>Precision@5</c> or <c>MAP@50</c>.</summary>
public readonly record struct MetricName
{
    /// <summary>Joins a metric and its cut-off.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is below 1.</exception>
    public MetricName(Metric metric, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        Metric = metric;
        K = k;
    }

    /// <summary>The metric.</summary>
    public Metric Metric { get; }

    /// <summary>Number of best items that count, 1 or more.</summary>
    public int K { get; }

    /// <summary>Reads a name such as <c>Recall@20</c>, in any case of letters.</summary>
    /// <exception cref="InvalidInputException">The text is no such name.</exception>
    public static MetricName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('@');
        if (parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int k) && k >= 1)
        {
            foreach (Metric metric in Enum.GetValues<Metric>())
            {
                if (parts[0].Equals(Spelling(metric), StringComparison.OrdinalIgnoreCase)) return new MetricName(metric, k);
            }
        }

        string known = string.Join(", ", Enum.GetValues<Metric>().Select(Spelling));
        throw new InvalidInputException($"'{text}' is not a metric; expected one of {known}, followed by @ and a number of items, as in Recall@20.");
    }

    /// <summary>The same metric, which some items must be enough for; the usual cut-offs may exceed the items of a small data set.</summary>
    /// <exception cref="InvalidInputException">Its cut-off is above the number of items and above all usual ones.</exception>
    internal MetricName Among(int items)
    {
        int most = Math.Max(items, MetricAccumulator.Standard.Max(usual => usual.K));
        return K <= most ? this
            : throw new InvalidInputException(string.Create(
                CultureInfo.InvariantCulture, $"'{this}' counts the {K:N0} best of {items:N0} items; expected a number from 1 to {most:N0} after the @."));
    }

    /// <summary>The field's spelling, such as <c>NDCG@20</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Spelling(Metric)}@{K}");

    private static string Spelling(Metric metric) =>
        metric is Metric.Ndcg or Metric.Map ? metric.ToString().ToUpperInvariant() : metric.ToString();
}
