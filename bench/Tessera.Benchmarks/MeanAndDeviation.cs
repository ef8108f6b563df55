using System.Globalization;

namespace Tessera.Benchmarks;

/// <summary>Mean and sample standard deviation.</summary>
internal readonly record struct MeanAndDeviation(double Mean, double Deviation)
{
    public static MeanAndDeviation Of(double[] values)
    {
        double mean = values.Average();
        return new(mean, values.Length < 2 ? 0 : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mean:F4} ± {Deviation:F4}");
}
