using System.Text.Json.Nodes;
using Tessera.Data.DatasetFolder;

namespace Tessera.Cli.Tests;

/// <summary>train --config RUN/config.json</summary>
public sealed class RepeatTests(Workplace work) : IClassFixture<Workplace>
{
    [Fact]
    public void A_runs_own_configuration_repeats_it_to_the_same_bytes()
    {
        string first = work.Train("--seed", "9", "--protocol", "mmrec", "--modalities", "text", "--set", "itemGraphWeights=text:1"), again = work.New("again");
        Outcome outcome = work.Run("train", "--data", work.Data, "--config", Path.Combine(first, "config.json"), "--out", again);
        Assert.Equal((0, 0), (outcome.Code, outcome.Errors.Length));
        Assert.DoesNotContain("The data differ", outcome.Error, StringComparison.Ordinal);
        foreach (string file in new[] { "config.json", "metrics.json", "model.safetensors", "embeddings.safetensors" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(first, file)), File.ReadAllBytes(Path.Combine(again, file)));
    }

    [Fact]
    public void Scaled_features_are_repeated_too()
    {
        string first = work.Train("--set", "featureScaling=whiten", "--set", "featureDimensions=5"), again = work.New("again");
        Assert.Equal(0, work.Run("train", "--data", work.Data, "--config", Path.Combine(first, "config.json"), "--out", again).Code);
        JsonNode training = JsonNode.Parse(File.ReadAllText(Path.Combine(again, "config.json")))!["training"]!;
        Assert.Equal(("whiten", 5), ((string)training["featureScaling"]!, (int)training["featureDimensions"]!));
        foreach (string file in new[] { "features.safetensors", "SHA256SUMS" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(first, file)), File.ReadAllBytes(Path.Combine(again, file)));
    }

    [Fact]
    public void What_is_given_beside_it_wins()
    {
        string config = Path.Combine(work.Train(), "config.json"), run = work.New("run");
        Outcome outcome = work.Run(
            "train", "--data", work.Data, "--config", config, "--out", run, "--model", "LIRDRec", "--seed", "4", "--protocol", "mmrec", "--modalities", "image", "--set", "epochs=2");
        Assert.Equal(0, outcome.Code);
        JsonObject saved = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "config.json")))!.AsObject();
        Assert.Equal((2, 8), ((int)saved["training"]!["epochs"]!, (int)saved["options"]!["embeddingSize"]!));
        Assert.Equal((4, "mmrec", "image"), ((int)saved["seed"]!, (string)saved["protocol"]!, (string)Assert.Single(saved["modalities"]!.AsArray())!));
    }

    [Fact]
    public void Other_data_and_another_model_are_told()
    {
        string config = Path.Combine(work.Train(), "config.json"), other = work.New("other");
        DatasetWriter.Write(Workplace.Tiny(seed: 8), other);
        Outcome outcome = work.Run("train", "--data", other, "--config", config, "--out", work.New("run"));
        Assert.Equal(0, outcome.Code);
        Assert.Contains("note: The data differ from those of the run that is repeated (synthetic), and so will the result.", outcome.Error, StringComparison.Ordinal);
        outcome = work.Run("train", "--data", work.Data, "--config", config, "--out", work.New("run"), "--model", "mf");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("--model is 'mf', but the run to repeat trained 'lirdrec'", Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }
}
