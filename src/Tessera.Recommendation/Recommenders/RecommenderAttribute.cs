namespace Tessera.Recommendation.Recommenders;

/// <summary>Makes a model known to the catalog.</summary>
/// <param name="name">Name on the command line, lower case, such as <c>lirdrec</c>.</param>
/// <param name="title">Name in the literature, such as <c>LIRDRec</c>.</param>
/// <param name="paper">Where it was published.</param>
/// <param name="year">When.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RecommenderAttribute(string name, string title, string paper, int year) : Attribute
{
    /// <summary>Name on the command line.</summary>
    public string Name { get; } = name;

    /// <summary>Name in the literature.</summary>
    public string Title { get; } = title;

    /// <summary>Where it was published.</summary>
    public string Paper { get; } = paper;

    /// <summary>Year of publication.</summary>
    public int Year { get; } = year;

    /// <summary>Whether the model learns from item features and cannot be created without a modality.</summary>
    public bool NeedsFeatures { get; set; }
}
