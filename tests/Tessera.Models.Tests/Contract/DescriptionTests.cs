using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Contract;

/// <summary>How every model of the catalog presents itself.</summary>
public sealed partial class DescriptionTests
{
    private static readonly Assembly Models = typeof(LirdRec).Assembly;
    private static readonly ModelCatalog Catalog = ModelCatalog.Of(Models);

    public static TheoryData<string> Names => [.. Catalog.Models.Select(model => model.Name)];

    [Fact]
    public void Every_recommender_is_in_the_catalog_under_a_name_of_its_own()
    {
        Type[] recommenders = [.. Models.GetExportedTypes().Where(type => (type.IsSubclassOf(typeof(Recommender)) || type.IsSubclassOf(typeof(ItemBasedRecommender))) && !type.IsAbstract)];

        Assert.All(recommenders, type => Assert.NotNull(type.GetCustomAttribute<RecommenderAttribute>()));
        Assert.All(recommenders, type => Assert.True(type.IsSealed, type.Name));
        Assert.Equal(recommenders.Length, Catalog.Models.Select(model => model.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_names_itself_and_its_paper(string name)
    {
        ModelDescription model = Catalog.Find(name);

        Assert.Matches("^[a-z][a-z0-9-]*$", model.Name);
        Assert.False(string.IsNullOrWhiteSpace(model.Title));
        Assert.False(string.IsNullOrWhiteSpace(model.Paper));
        Assert.InRange(model.Year, 1990, 2100);
        Assert.Same(model, Catalog.Find(name.ToUpperInvariant()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_options_are_a_sealed_record_of_described_init_only_defaults(string name)
    {
        Type options = Catalog.Find(name).OptionsType;

        Assert.True(options.IsSealed);
        Assert.NotNull(options.GetMethod("<Clone>$")); // a record
        Assert.All(options.GetProperties(), property =>
        {
            Assert.Contains(typeof(IsExternalInit), property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers());
            Assert.NotNull(property.GetCustomAttribute<OptionAttribute>());
        });
        Assert.All(OptionsBinder.Describe(options), option => Assert.False(string.IsNullOrWhiteSpace(option.Description), option.Name));
        object defaults = Activator.CreateInstance(options)!;
        Assert.Equal(defaults, OptionsBinder.Bind(options, OptionsBinder.ToJson(defaults)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_summary_gives_score_objective_and_citation(string name)
    {
        Type model = Models.GetExportedTypes().Single(type => type.GetCustomAttribute<RecommenderAttribute>()?.Name == name);
        XDocument documentation = XDocument.Load(Path.ChangeExtension(Models.Location, ".xml"));

        string summary = documentation.Descendants("member").Single(m => (string?)m.Attribute("name") == $"T:{model.FullName}").Element("summary")!.Value;

        Assert.Contains("score", summary, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("objective", summary, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(Catalog.Find(name).Title, summary, StringComparison.OrdinalIgnoreCase);
        Assert.Matches(Year(), summary);
    }

    [GeneratedRegex("(19|20)[0-9]{2}")]
    private static partial Regex Year();
}
