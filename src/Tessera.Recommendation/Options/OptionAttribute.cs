namespace Tessera.Recommendation.Options;

/// <summary>Describes a property of an options record for help texts, and bounds its value.</summary>
/// <param name="description">What the option does, in one line.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute(string description) : Attribute
{
    /// <summary>What the option does, in one line.</summary>
    public string Description { get; } = description;

    /// <summary>Smallest valid number, itself valid; without bound unless set. Of weights, it bounds each one.</summary>
    public double Minimum { get; set; } = double.NegativeInfinity;

    /// <summary>Largest valid number, itself valid; without bound unless set. Of weights, it bounds each one.</summary>
    public double Maximum { get; set; } = double.PositiveInfinity;
}
