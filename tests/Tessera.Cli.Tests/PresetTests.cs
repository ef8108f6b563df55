using System.Text.Json.Nodes;
using Tessera.Models;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;

namespace Tessera.Cli.Tests;

public sealed class PresetTests(Workplace work) : IClassFixture<Workplace>
{
    public static TheoryData<string> Presets { get; } = [.. Preset.All.Select(preset => preset.Name)];

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_preset_trains_its_model_and_the_run_holds_its_settings_in_full(string name)
    {
        Preset preset = Preset.Find(name);
        string run = work.New("run");

        Outcome outcome = work.Run(["train", "--data", work.Data, "--preset", name, "--out", run, "--set", "epochs=2"]);

        Assert.Equal((0, ""), (outcome.Code, outcome.Code == 0 ? "" : outcome.Error));
        JsonObject saved = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "config.json")))!.AsObject();
        Assert.Equal(preset.Model, (string)saved["model"]!);
        Assert.Equal(2, (int)saved["training"]!["epochs"]!);
        ModelDescription model = ModelCatalog.Of(typeof(LirdRec).Assembly).Find(preset.Model);
        JsonObject training = OptionsBinder.ToJson(OptionsBinder.Bind<TrainingOptions>(preset.Settings, model.OptionsType));
        JsonObject options = OptionsBinder.ToJson(OptionsBinder.Bind(model.OptionsType, preset.Settings, typeof(TrainingOptions)));
        foreach ((string key, _) in preset.Settings)
        {
            JsonNode? expected = training.ContainsKey(key) ? training[key] : options[key], actual = saved["training"]!.AsObject().ContainsKey(key) ? saved["training"]![key] : saved["options"]![key];
            Assert.Equal(expected?.ToJsonString(), actual?.ToJsonString());
        }
    }

    [Fact]
    public void Models_lists_the_presets_as_options_of_train()
    {
        Preset preset = Preset.All[0];
        JsonNode listed = work.Run("models", "--json").Json["presets"]![0]!;

        Assert.Equal((preset.Name, preset.Model, preset.Settings.ToJsonString()), ((string)listed["name"]!, (string)listed["model"]!, listed["settings"]!.ToJsonString()));
        Assert.Contains(preset.Name, work.Run("models", "--model", preset.Model).Out, StringComparison.Ordinal);
        Assert.DoesNotContain(preset.Name, work.Run("models", "--model", "mf").Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no preset 'fast'; expected one of ", "--preset", "fast")]
    [InlineData("--model is 'mf', but the preset 'lirdrec-cosine' is of 'lirdrec'; leave one of the two out.", "--preset", "lirdrec-cosine", "--model", "mf")]
    [InlineData("expected one of --preset and --config, and --set for what differs.", "--preset", "lirdrec-cosine", "--config", "settings.json")]
    public void What_does_not_go_with_a_preset_is_refused(string message, params string[] arguments)
    {
        Outcome outcome = work.Run(["train", "--data", work.Data, "--out", work.New("run"), .. arguments]);

        Assert.Equal(2, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }
}
