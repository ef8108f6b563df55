using System.Text.Json.Nodes;
using SkiaSharp;
using Tessera.Cli.Output;
using Tessera.Encoders.Onnx.Tests;

namespace Tessera.Cli.Tests;

/// <summary>similar --text.</summary>
public sealed class TextSearchTests : IDisposable
{
    private static readonly (string Id, string Title, SKColor? Color)[] Things =
    [
        ("pot", "Teapot of porcelain", SKColors.Blue), ("run", "Running sneakers", new SKColor(255, 40, 0)), ("lawn", "Mower for large gardens", new SKColor(0, 255, 30)),
        ("boot", "Leather boots of quality", SKColors.Red), ("none", "", null),
    ];

    private readonly Workplace _work = new();
    private readonly string _data, _run;

    public TextSearchTests()
    {
        (_data, _run) = (_work.New("shop"), _work.New("run"));
        Directory.CreateDirectory(_data);
        File.WriteAllLines(Path.Combine(_data, "shop.inter"), ["userID\titemID\tx_label", .. Enumerable.Range(0, 12).Select(n => $"{n / 3}\t{((n % 3) + (n / 3)) % 5}\t0")]);
        File.WriteAllLines(Path.Combine(_data, "i_id_mapping.csv"), ["item_id\titemID", .. Things.Select((thing, number) => $"{thing.Id}\t{number}")]);
        File.WriteAllLines(Path.Combine(_data, "items.jsonl"), Things.Select(thing =>
        {
            var item = new JsonObject { ["item"] = thing.Id };
            if (thing.Title.Length > 0) item["title"] = thing.Title;
            if (thing.Color is { } color) item["image"] = Picture(thing.Id, color);
            return item.ToJsonString();
        }));
    }

    public void Dispose() => _work.Dispose();

    [Fact]
    public void A_text_finds_texts_of_its_meaning_by_the_model_that_comes_along()
    {
        Encode("--encoder", "minilm");
        Train();
        Outcome outcome = Search("shoes", "--json");
        Assert.Equal((0, "mf", "shoes", "text"), (outcome.Code, (string?)outcome.Json["model"], (string?)outcome.Json["text"], (string?)outcome.Json["modality"]));
        Assert.Equal(["boot", "run"], Ids(outcome)[..2].Order());
        Assert.Equal(["boot", "lawn", "pot", "run"], Ids(outcome).Order());
        double[] scores = [.. outcome.Json["items"]!.AsArray().Select(item => (double)item!["score"]!)];
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.InRange(scores[1] - scores[2], 0.1, 1);
        Assert.Equal(Ids(outcome)[..2], Ids(Search("shoes", "--json", "--count", "2", "--modality", "text")));
        string text = Search("\u001Bgrass").Out;
        Assert.StartsWith("Items like '\\u001Bgrass', by text", text, StringComparison.Ordinal);
        Assert.Contains("Mower for large gardens", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("red", "boot", "run")]
    [InlineData("blue", "pot")]
    [InlineData("green red", "lawn")]
    public void Both_halves_of_a_pair_share_a_space_which_a_finished_run_can_be_searched_in(string text, params string[] best)
    {
        Train();
        (string texts, string pictures) = Pair("""{"space": "colors"}""");
        Encode("--modality", "look", "--source", "images", "--encoder", "onnx", "--model", pictures, "--space", "colors");
        Assert.Contains("\"space\": \"colors\"", File.ReadAllText(Path.Combine(_data, "modalities.json")), StringComparison.Ordinal);
        Outcome outcome = Search(text, "--json", "--model", texts);
        Assert.Equal((0, "look", 4), (outcome.Code, (string?)outcome.Json["modality"], Ids(outcome).Length));
        Assert.Equal(best, Ids(outcome)[..best.Length]);
    }

    [Fact]
    public void A_space_that_is_named_later_replaces_the_models_own_without_encoding_again()
    {
        (_, string pictures) = Pair("{}");
        string[] command = ["data", "encode", "--data", _data, "--encoder", "onnx", "--modality", "image", "--model", pictures, "--json"];
        Assert.Equal(0, _work.Run(command).Code);
        Outcome refused = _work.Run([.. command, "--space", "colors"]);
        Assert.Equal(2, refused.Code);
        Assert.Matches("in another way \\(onnx, 3 dimensions, in the space 'onnx pictures [0-9a-f]{16}'\\); give --replace", Assert.Single(refused.Errors));
        JsonNode made = _work.Run([.. command, "--space", "colors", "--replace"]).Json["modalities"]![0]!;
        Assert.Equal((0, 4), ((int)made["encoded"]!, (int)made["cached"]!));
        Assert.True((bool)_work.Run([.. command, "--space", "colors"]).Json["modalities"]![0]!["skipped"]!);
    }

    [Fact]
    public void What_cannot_be_searched_by_a_text_is_refused_with_the_spaces_there_are()
    {
        Train();
        (string texts, string pictures) = Pair("{}");
        Refused("The text's space is 'minilm all-MiniLM-L6-v2', but the data has no modalities; expected a modality made by minilm, so add one with ");
        Encode("--encoder", "tfidf");
        Encode("--encoder", "resnet18");
        Refused(
            "The text's space is 'minilm all-MiniLM-L6-v2', but image is in 'resnet18 ResNet18-ImageNet', which takes no texts, text (tfidf-svd) is in none that texts can be "
            + $"brought into; expected a modality made by minilm, so add one with '{Encoding} --encoder minilm --modality NAME'.");
        Refused("has no modality 'sound'; expected some of image, text", "--modality", "sound");
        Refused($"; expected a modality made by '{texts}' or by the other half of its pair, so add one with "
            + $"'{Encoding} --encoder onnx --model {NextSteps.Argument(texts)} --source texts --modality NAME --space {NextSteps.Argument("two words")} --pooling cls', and name",
            "--model", texts, "--pooling", "cls", "--space", "two words");
        Encode("--encoder", "onnx", "--modality", "look", "--source", "images", "--model", pictures, "--space", "colors");
        Refused("look is in 'colors', text (tfidf-svd)", "--model", texts);
        Refused("', or name the text model of such a space with --model FILE.onnx.");
        Refused("The text's space is 'colors', but text (tfidf-svd) is in none that texts can be brought into; expected --modality look.",
            "--modality", "text", "--model", texts, "--space", "colors");
        Encode("--encoder", "onnx", "--modality", "again", "--source", "images", "--model", pictures, "--space", "colors");
        Refused("The text's space is 'colors', but again, look are in it; expected --modality again or look.", "--model", texts, "--space", "colors");
        Assert.Equal(0, Search("red", "--model", texts, "--space", "colors", "--modality", "look").Code);
    }

    [Fact]
    public void A_model_that_does_not_go_with_the_text_or_the_features_is_refused()
    {
        Train();
        (string texts, string pictures) = Pair("""{"space": "colors"}""");
        string flat = Path.Combine(Path.GetDirectoryName(texts)!, "flat.onnx");
        File.WriteAllBytes(flat, ModelFile.OfTable([.. Enumerable.Repeat(1f, 16)], 2).ToBytes());
        Encode("--encoder", "onnx", "--modality", "look", "--source", "images", "--model", pictures, "--space", "colors");
        Refused("takes pixel_values single[? x 3 x 4 x 4]; expected a text model with the input input_ids", "--model", pictures, "--space", "colors");
        Refused("The vector has 2 numbers, and modality 'look' 3 dimensions; expected", "--model", flat, "--space", "colors");
        Refused("gone.onnx' does not exist", "--model", "gone.onnx");
        Outcome outcome = Search("unheard", "--model", texts);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("The vector is zero, so no item is nearer to it than others", Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_are_gone_or_changed_since_the_training_are_refused()
    {
        Encode("--encoder", "minilm");
        Train();
        Assert.Contains("--text needs the items' features; expected --data DIR", Assert.Single(_work.Run("similar", "--run", _run, "--text", "red").Errors), StringComparison.Ordinal);
        Assert.Contains(
            "Directory 'gone' does not exist", Assert.Single(_work.Run("similar", "--run", _run, "--text", "red", "--data", "gone").Errors), StringComparison.Ordinal);
        string table = Path.Combine(_data, "items.jsonl");
        File.WriteAllText(table, File.ReadAllText(table).Replace("sneakers", "slippers", StringComparison.Ordinal));
        Encode("--encoder", "minilm", "--replace");
        Refused("differs from what the run was trained on (shop); give the folder the run was trained from, unchanged.");
    }

    [Fact]
    public void The_commands_that_are_proposed_make_the_text_found()
    {
        string table = Path.Combine(_data, "items.jsonl");
        string[] words = ["porcelain", "sneakers", "gardens", "quality"], colors = ["blue", "red", "green", "red"];
        File.WriteAllText(table, words.Zip(colors).Aggregate(File.ReadAllText(table), (text, pair) => text.Replace(pair.First, pair.Second, StringComparison.Ordinal)));
        Train();
        string texts = Pair("{}").Texts;
        Follow(Search("red", "--model", texts));
        Assert.Equal(0, Search("red", "--model", texts).Code);
        Follow(Search("red", "--model", texts, "--space", "colors"), "--replace");
        Assert.Equal(0, Search("red", "--model", texts, "--space", "colors").Code);
        Follow(Search("red"), "--replace");
        Assert.Equal(0, Search("red").Code);

        void Follow(Outcome refused, params string[] more)
        {
            string command = Assert.Single(refused.Errors).Split("add one with 'tessera ")[1].Split('\'')[0];
            Outcome outcome = _work.Run([.. command.Split(' '), .. more]);
            Assert.Equal((0, ""), (outcome.Code, string.Join('\n', outcome.Errors)));
        }
    }

    private string Encoding => NextSteps.Encode(_data);

    private static string[] Ids(Outcome outcome) => [.. outcome.Json["items"]!.AsArray().Select(item => (string)item!["item"]!)];

    private void Refused(string sentence, params string[] options)
    {
        Outcome outcome = Search("red", options);
        Assert.Equal((2, ""), (outcome.Code, outcome.Out));
        Assert.Contains(sentence, Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }

    private Outcome Search(string text, params string[] options) => _work.Run(["similar", "--run", _run, "--data", _data, "--text", text, .. options]);

    private void Train() => Assert.Equal(0, _work.Run("train", "--data", _data, "--model", "mf", "--out", _run, "--set", "epochs=1").Code);

    private void Encode(params string[] options)
    {
        Outcome outcome = _work.Run(["data", "encode", "--data", _data, .. options]);
        Assert.Equal((0, ""), (outcome.Code, string.Join('\n', outcome.Errors)));
    }

    private string Picture(string name, SKColor color)
    {
        using var picture = new SKBitmap(8, 8);
        picture.Erase(color);
        using SKData data = picture.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(Path.Combine(_data, $"{name}.png"), data.ToArray());
        return $"{name}.png";
    }

    /// <summary>Two models of the space of red, green and blue: one gives a picture's mean color, the other the mean of the colors that a text names.</summary>
    private (string Texts, string Pictures) Pair(string settingsOfTexts)
    {
        string folder = _work.New("pair"), texts = Path.Combine(folder, "texts.onnx"), pictures = Path.Combine(folder, "pictures.onnx");
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "red", "green", "blue"]);
        float[] table = [.. new float[15], 1, 0, 0, 0, 3, 0, 0, 0, 1];
        File.WriteAllBytes(texts, ModelFile.OfTable(table, 3).ToBytes());
        File.WriteAllText(Path.ChangeExtension(texts, ".json"), settingsOfTexts);
        ModelFile mean = new ModelFile().Input("pixel_values", ModelFile.Float, -1, 3, 4, 4).Node("GlobalAveragePool", ["pixel_values"], "pooled");
        File.WriteAllBytes(pictures, mean.Output("pooled", ModelFile.Float, -1, 3, 1, 1).ToBytes());
        File.WriteAllText(Path.ChangeExtension(pictures, ".json"), """{"mean": [0, 0, 0], "deviation": [1, 1, 1]}""");
        return (texts, pictures);
    }
}
