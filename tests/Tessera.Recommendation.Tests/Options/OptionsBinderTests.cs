using System.Text.Json.Nodes;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Recommendation.Options;

namespace Tessera.Recommendation.Tests.Options;

public sealed class OptionsBinderTests
{
    public enum Transform
    {
        Item2D,
        MatrixTwoWay,
        None,
    }

    [Fact]
    public void No_values_give_the_defaults()
    {
        Assert.Equal(new ModelOptions(), OptionsBinder.Bind<ModelOptions>([]));
        Assert.Equal(new TrainingOptions(), OptionsBinder.Bind(typeof(TrainingOptions), []));
    }

    [Fact]
    public void Json_values_of_every_type_are_bound()
    {
        var values = (JsonObject)JsonNode.Parse(
            """
            {"layers": 4, "dropout": 0.25, "rate": 1e-3, "seed": 18446744073709551615, "bias": true, "title": "a, \"b\"",
             "transform": "matrix-two-way", "weights": {"text": 0.9, "image": 1e-1}, "neighbors": 7, "note": "null", "decay": 0.5}
            """)!;

        ModelOptions options = OptionsBinder.Bind<ModelOptions>(values);

        Assert.Equal(Changed, options);
    }

    [Fact]
    public void Assigned_strings_give_the_same_as_json()
    {
        JsonObject values = OptionsBinder.ParseAssignments(
        [
            "layers=4", "dropout=.25", "rate=1e-3", "seed=18446744073709551615", "bias=true", "title=a, \"b\"",
            "transform=matrix-two-way", "weights=image:0.1, text:0.9", "neighbors=7", "note=null", "decay=0.5",
        ]);

        Assert.Equal(Changed, OptionsBinder.Bind<ModelOptions>(values));
    }

    [Fact]
    public void Null_empties_what_may_be_empty()
    {
        JsonNode json = JsonNode.Parse("""{"neighbors":null,"note":null,"decay":null}""")!;
        ModelOptions fromJson = OptionsBinder.Bind<ModelOptions>(json.AsObject());
        ModelOptions fromText = OptionsBinder.Bind<ModelOptions>(OptionsBinder.ParseAssignments(["neighbors=null", "decay=null"]));

        Assert.Equal((null, null, null), (fromJson.Neighbors, fromJson.Note, fromJson.Decay));
        Assert.Equal((null, null), (fromText.Neighbors, fromText.Decay));
    }

    [Theory]
    [InlineData("""{"layers": "four"}""", "'layers' is 'four'; expected int (1..8, default 2)")]
    [InlineData("""{"layers": 4.0}""", "'layers' is 4.0; expected int")]
    [InlineData("""{"layers": 99999999999}""", "expected int")]
    [InlineData("""{"layers": true}""", "'layers' is true; expected int")]
    [InlineData("""{"layers": null}""", "'layers' is null; expected int")]
    [InlineData("""{"layers": [4]}""", "'layers' is [4]; expected int")]
    [InlineData("""{"seed": -1}""", "expected unsigned int")]
    [InlineData("""{"dropout": "NaN"}""", "expected float")]
    [InlineData("""{"dropout": 1e99}""", "expected float")]
    [InlineData("""{"rate": {}}""", "expected double")]
    [InlineData("""{"bias": 1}""", "expected true | false")]
    [InlineData("""{"title": 5}""", "expected string")]
    [InlineData("""{"title": null}""", "expected string")]
    [InlineData("""{"transform": "Item2D"}""", "expected item-2d | matrix-two-way | none")]
    [InlineData("""{"transform": 0}""", "expected item-2d | matrix-two-way | none")]
    [InlineData("""{"weights": "image"}""", "expected weights as name:number")]
    [InlineData("""{"weights": "image:0.1,image:0.2"}""", "expected weights as name:number")]
    [InlineData("""{"weights": {"image": "0.1"}}""", "expected weights as name:number")]
    [InlineData("""{"weights": 0.5}""", "expected weights as name:number")]
    [InlineData("""{"neighbors": ""}""", "expected int or null")]
    public void A_value_of_a_wrong_type_is_refused_with_what_that_option_takes(string json, string finding)
    {
        string message = Refusal(json);

        Assert.Contains(finding, message, StringComparison.Ordinal);
        Assert.Matches("^The option '(\\w+)' is .*; expected .* \\(.*default .*\\)", message);
        Assert.DoesNotContain("known options", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"layers": 0}""", "'layers' is 0, out of its range; expected 1..8")]
    [InlineData("""{"layers": 9}""", "expected 1..8")]
    [InlineData("""{"rate": -0.1}""", "'rate' is -0.1, out of its range; expected 0 or more")]
    [InlineData("""{"dropout": 0.90001}""", "expected 0..0.9")]
    [InlineData("""{"weights": "image:0.5,text:-0.5"}""", "'weights' is image:0.5,text:-0.5, out of its range; expected 0 or more")]
    [InlineData("""{"neighbors": 0}""", "expected 1 or more")]
    public void A_value_out_of_range_is_refused_with_the_range(string json, string finding) =>
        Assert.Contains(finding, Refusal(json), StringComparison.Ordinal);

    [Fact]
    public void A_record_made_by_hand_is_held_to_the_same_ranges()
    {
        OptionsBinder.Check(new ModelOptions());
        OptionsBinder.Check(Changed with { Neighbors = null, Note = null, Decay = null });

        Assert.Contains("'layers' is 9, out of its range; expected 1..8", Refused(new() { Layers = 9 }), StringComparison.Ordinal);
        Assert.Contains("'dropout' is NaN, out of its range; expected 0..0.9", Refused(new() { Dropout = float.NaN }), StringComparison.Ordinal);
        Assert.Contains("'rate' is Infinity, out of its range; expected 0 or more", Refused(new() { Rate = double.PositiveInfinity }), StringComparison.Ordinal);
        Assert.Contains("'decay' is NaN, out of its range; expected float or null", Refused(new() { Decay = float.NaN }), StringComparison.Ordinal);
        Assert.Contains("'decay' is -Infinity", Refused(new() { Decay = float.NegativeInfinity }), StringComparison.Ordinal);
        Assert.Contains("'title' is null, out of its range; expected string", Refused(new() { Title = null! }), StringComparison.Ordinal);
        Assert.Contains("expected item-2d | matrix-two-way | none", Refused(new() { Transform = (Transform)7 }), StringComparison.Ordinal);
        Assert.Contains("'weights' is image:-1", Refused(new() { Weights = new Dictionary<string, float> { ["image"] = -1f } }), StringComparison.Ordinal);

        static string Refused(ModelOptions options) => Assert.Throws<InvalidInputException>(() => OptionsBinder.Check(options)).Message;
    }

    [Fact]
    public void The_ends_of_a_range_are_valid()
    {
        ModelOptions options = OptionsBinder.Bind<ModelOptions>(OptionsBinder.ParseAssignments(["layers=8", "dropout=0.9", "rate=0"]));

        Assert.Equal((8, 0.9f, 0d), (options.Layers, options.Dropout, options.Rate));
    }

    [Theory]
    [InlineData("""{"layer": 1}""", "no option 'layer' (did you mean 'layers'?)")]
    [InlineData("""{"Layers": 1}""", "no option 'Layers' (did you mean 'layers'?)")]
    [InlineData("""{"drop_out": 1}""", "no option 'drop_out' (did you mean 'dropout'?)")]
    [InlineData("""{"quantumFlux": 1}""", "no option 'quantumFlux'; known options are layers (int, default 2)")]
    public void An_unknown_key_is_refused_with_the_nearest_and_all_known(string json, string finding)
    {
        string message = Refusal(json);

        Assert.Contains(finding, message, StringComparison.Ordinal);
        foreach (OptionDescription option in OptionsBinder.Describe(typeof(ModelOptions)))
            Assert.Contains($"{option.Name} ({option.Type}, default {option.Default})", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"layers": 1, "layers": 2}""")]
    [InlineData("""{"weights": {"image": 1, "image": 2}}""")]
    public void A_repeated_key_is_refused(string json) => Assert.Contains("twice", Refusal(json), StringComparison.Ordinal);

    [Fact]
    public void Assignments_must_be_distinct_and_have_a_key()
    {
        InvalidInputException twice = Assert.Throws<InvalidInputException>(() => OptionsBinder.ParseAssignments(["a=1", "a=2"]));
        InvalidInputException formless = Assert.Throws<InvalidInputException>(() => OptionsBinder.ParseAssignments(["layers"]));
        Assert.Throws<InvalidInputException>(() => OptionsBinder.ParseAssignments(["=1"]));

        Assert.Contains("'a' is set twice", twice.Message, StringComparison.Ordinal);
        Assert.Contains("'layers' sets no option; expected key=value", formless.Message, StringComparison.Ordinal);
        Assert.Equal("b=c", OptionsBinder.ParseAssignments(["a=b=c"])["a"]!.GetValue<string>());
    }

    [Fact]
    public void Records_share_one_flat_key_space()
    {
        JsonObject values = OptionsBinder.ParseAssignments(["layers=3", "batchSize=512"]);

        Assert.Equal(3, OptionsBinder.Bind<ModelOptions>(values, typeof(TrainingOptions)).Layers);
        Assert.Equal(512, OptionsBinder.Bind<TrainingOptions>(values, typeof(ModelOptions)).BatchSize);
        Assert.Throws<InvalidInputException>(() => OptionsBinder.Bind<ModelOptions>(values));
        values.Add("batchsizes", 1);
        InvalidInputException error = Assert.Throws<InvalidInputException>(
            () => OptionsBinder.CheckKnown(values, typeof(ModelOptions), typeof(TrainingOptions)));
        Assert.Contains("did you mean 'batchSize'?", error.Message, StringComparison.Ordinal);
        Assert.Contains("layers (int", error.Message, StringComparison.Ordinal);
        Assert.Contains("batchSize (int", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_that_claim_the_same_key_are_a_mistake_of_the_program() =>
        Assert.Throws<ArgumentException>(() => OptionsBinder.CheckKnown([], typeof(TrainingOptions), typeof(TrainingOptions)));

    [Fact]
    public void A_property_of_another_type_is_a_mistake_of_the_program() =>
        Assert.Throws<ArgumentException>(() => OptionsBinder.Describe(typeof(UnsupportedOptions)));

    [Fact]
    public void Options_are_described_for_help_in_the_order_of_declaration()
    {
        IReadOnlyList<OptionDescription> options = OptionsBinder.Describe(typeof(ModelOptions));

        Assert.Equal(
            ["layers", "dropout", "rate", "seed", "bias", "title", "transform", "weights", "neighbors", "note", "decay"],
            options.Select(option => option.Name));
        Assert.Equal(new OptionDescription("layers", "int", "2", "Number of layers.", "1..8"), options[0]);
        Assert.Equal(new OptionDescription("seed", "unsigned int", "1", "", ""), options[3]);
        Assert.Equal(new OptionDescription("transform", "item-2d | matrix-two-way | none", "item-2d", "Kind of DCT.", ""), options[6]);
        Assert.Equal("image:0.2,text:0.8", options[7].Default);
        Assert.Equal(new OptionDescription("neighbors", "int or null", "null", "Graph degree.", "1 or more"), options[8]);
    }

    [Fact]
    public void Binding_what_ToJson_wrote_gives_an_equal_record()
    {
        var rng = new Rng(31);
        for (int trial = 0; trial < 200; trial++)
        {
            var options = new ModelOptions
            {
                Layers = 1 + rng.Next(8),
                Dropout = 0.9f * rng.NextSingle(),
                Rate = rng.NextDouble(),
                Seed = rng.NextUInt64(),
                Bias = rng.Next(2) == 0,
                Title = $"title {rng.NextUInt64()} \"ü\" \n",
                Transform = (Transform)rng.Next(3),
                Weights = new NamedWeights(("image", rng.NextSingle()), ("a:b", rng.NextSingle())),
                Neighbors = rng.Next(2) == 0 ? null : 1 + rng.Next(100),
                Note = rng.Next(2) == 0 ? null : "null",
                Decay = rng.Next(2) == 0 ? null : rng.NextGaussian(),
            };

            JsonObject json = OptionsBinder.ToJson(options);
            JsonObject reparsed = JsonNode.Parse(json.ToJsonString())!.AsObject();

            Assert.Equal(options, OptionsBinder.Bind<ModelOptions>(json));
            Assert.Equal(options, OptionsBinder.Bind<ModelOptions>(reparsed));
        }
    }

    private static ModelOptions Changed => new()
    {
        Layers = 4,
        Dropout = 0.25f,
        Rate = 1e-3,
        Seed = ulong.MaxValue,
        Bias = true,
        Title = "a, \"b\"",
        Transform = Transform.MatrixTwoWay,
        Weights = new NamedWeights(("image", 0.1f), ("text", 0.9f)),
        Neighbors = 7,
        Note = "null",
        Decay = 0.5f,
    };

    private static string Refusal(string json) =>
        Assert.Throws<InvalidInputException>(() => OptionsBinder.Bind<ModelOptions>(JsonNode.Parse(json)!.AsObject())).Message;

    public sealed record ModelOptions
    {
        [Option("Number of layers.", Minimum = 1, Maximum = 8)]
        public int Layers { get; init; } = 2;

        [Option("Share of the edges dropped.", Minimum = 0, Maximum = 0.9)]
        public float Dropout { get; init; } = 0.1f;

        [Option("Some rate.", Minimum = 0)]
        public double Rate { get; init; } = 0.01;

        public ulong Seed { get; init; } = 1;

        public bool Bias { get; init; }

        public string Title { get; init; } = "none";

        [Option("Kind of DCT.")]
        public Transform Transform { get; init; }

        [Option("Weight of each modality.", Minimum = 0)]
        public IReadOnlyDictionary<string, float> Weights { get; init; } = new NamedWeights(("text", 0.8f), ("image", 0.2f));

        [Option("Graph degree.", Minimum = 1)]
        public int? Neighbors { get; init; }

        public string? Note { get; init; }

        public float? Decay { get; init; } = 0.9f;

        public int TwiceLayers => 2 * Layers;
    }

    public sealed record TrainingOptions
    {
        [Option("Pairs in a batch.", Minimum = 1)]
        public int BatchSize { get; init; } = 2048;
    }

    public sealed record UnsupportedOptions
    {
        public DateTime When { get; init; }
    }
}
