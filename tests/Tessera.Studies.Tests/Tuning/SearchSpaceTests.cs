using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Models;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;
using Tessera.Studies.Tuning;

namespace Tessera.Studies.Tests.Tuning;

public sealed class SearchSpaceTests
{
    public static TheoryData<string> Models { get; } = [.. ModelCatalog.Of(typeof(LirdRec).Assembly).Models.Select(model => model.Name)];

    [Fact]
    public void Every_combination_comes_once()
    {
        SearchSpace space = new SearchSpace().With("a", 1, 2, null).With("b", "x", "y");

        string[] settings = [.. space.Shuffled(new Rng(1)).Select(one => one.ToJsonString())];

        Assert.Equal(6, space.Count);
        Assert.Equal(
            ["""{"a":1,"b":"x"}""", """{"a":1,"b":"y"}""", """{"a":2,"b":"x"}""", """{"a":2,"b":"y"}""", """{"b":"x"}""", """{"b":"y"}"""],
            settings.Order(StringComparer.Ordinal));
        Assert.NotEqual(settings, space.Shuffled(new Rng(2)).Select(one => one.ToJsonString()));
    }

    [Fact]
    public void A_choice_too_large_to_be_shuffled_is_refused()
    {
        SearchSpace space = new();
        for (int option = 0; option < 11; option++) space = space.With($"o{option}", 1, 2, 3, 4);
        Assert.Equal(4_194_304, space.Count);
        Assert.Equal("There are more than 10,000,000 settings to choose from; expected fewer values, or fewer options.", Assert.Throws<InvalidInputException>(() => space.With("more", 1, 2, 3, 4)).Message);
    }

    [Fact]
    public void What_is_set_is_no_choice_nor_what_belongs_together_with_it()
    {
        SearchSpace space = PublishedSpaces.WithLosses(new SearchSpace().With("a", 1, 2).With("b", 3, 4)).Fixed(new() { ["a"] = 5, ["loss"] = "bce" });

        Assert.Equal(["""{"b":3,"a":5,"loss":"bce"}""", """{"b":4,"a":5,"loss":"bce"}"""], space.Shuffled(new Rng(1)).Select(one => one.ToJsonString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_setting_of_a_model_is_one_that_it_takes(string name)
    {
        ModelDescription model = ModelCatalog.Of(typeof(LirdRec).Assembly).Find(name);
        foreach (var settings in PublishedSpaces.Of(model, ["image", "text"]).Shuffled(new Rng(0)))
        {
            OptionsBinder.Bind<TrainingOptions>(settings, model.OptionsType);
            Assert.NotNull(OptionsBinder.Bind(model.OptionsType, settings, typeof(TrainingOptions)));
        }
    }
}
