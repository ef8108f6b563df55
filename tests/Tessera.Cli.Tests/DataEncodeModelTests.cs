using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Onnx.Tests;

namespace Tessera.Cli.Tests;

/// <summary><c>data encode</c> by models in the process: the two that come along, and one in a file.</summary>
public sealed class DataEncodeModelTests(Workplace work) : IClassFixture<Workplace>
{
    private static readonly string LongPlot = string.Concat(Enumerable.Repeat("a long story ", 20));

    [Fact]
    public void Without_options_minilm_and_resnet18_encode()
    {
        string folder = ItemFolder.Create(work, 12);
        Outcome outcome = work.Run("data", "encode", "--data", folder, "--json");
        Assert.Equal((0, 0), (outcome.Code, outcome.Errors.Length));
        Assert.Equal(
            ["text minilm all-MiniLM-L6-v2 384 0", "image resnet18 ResNet18-ImageNet 512 4"],
            Modalities(outcome).Select(m => $"{m["name"]} {m["encoder"]} {m["version"]} {m["dimensions"]} {m["missing"]}"));
        Assert.Contains("note: 4 of 12 items are without 'image' features; the first is 'p0': it names no image", outcome.Error, StringComparison.Ordinal);

        FeatureManifestEntry[] entries = [.. FeatureManifest.ReadIfPresent(folder)!.Modalities];
        Assert.Equal([null, "title"], entries.Select(entry => entry.Fields is { } fields ? string.Join(',', fields) : null));
        Assert.Equal(["resnet18 ResNet18-ImageNet", "minilm all-MiniLM-L6-v2"], entries.Select(entry => $"{entry.Encoder} {entry.Version}"));
        FeatureFolder features = FeatureFolder.Read(folder);
        features.CheckItems([.. Enumerable.Range(0, 12).Select(i => $"p{i}")], "the items");
        Assert.Equal(1, TensorPrimitives.Norm<float>(features.Modalities[0].Features.Row(1)), 5);
        Assert.Equal(1, TensorPrimitives.Norm<float>(features.Modalities[1].Features.Row(0)), 5);
    }

    [Fact]
    public void An_item_that_changes_is_the_only_one_that_is_encoded_again()
    {
        string folder = Items(("a", "red chair", ""), ("b", "blue lamp", ""), ("c", "glass table", ""));
        string[] command = ["data", "encode", "--data", folder, "--encoder", "minilm", "--cache", work.New("cache"), "--json"];
        Assert.Equal((3, 0), Counts(work.Run(command)));
        string content = FeatureManifest.ReadIfPresent(folder)!.Modalities[0].Content;
        Write(folder, ("a", "red chair", ""), ("b", "green lamp", ""), ("c", "glass table", ""));
        Assert.Contains("was made of other contents", Assert.Single(work.Run(command).Errors), StringComparison.Ordinal);
        Assert.Equal((1, 2), Counts(work.Run([.. command, "--replace"])));
        Assert.NotEqual(content, FeatureManifest.ReadIfPresent(folder)!.Modalities[0].Content);
        Assert.True((bool)Modalities(work.Run(command)).Single()["skipped"]!);
    }

    /// <summary>What is encoded is what the file of texts says, letter by letter: the cache has it already.</summary>
    [Theory]
    [InlineData("title,plot", "title: red chair\nplot: a blue one", "title: lamp\nplot: LONG", "title: sofa")]
    [InlineData("title", "title: red chair", "title: lamp", "title: sofa", "--fields", "title")]
    [InlineData("plot,title", "plot: a blue one\ntitle: red chair", "plot: LONG\ntitle: lamp", "title: sofa", "--fields", "plot,title")]
    [InlineData("title,plot", "title: red chair\nplot: a blue one", "title: lamp\nplot: LONG", "title: sofa", "--fields", " title , plot ")]
    public void Fields_are_given_by_name_and_long_ones_last(string recorded, string first, string second, string third, params string[] options)
    {
        string folder = Items(("a", "red chair", "a blue one"), ("b", "lamp", LongPlot), ("c", "sofa", ""));
        string[] command = ["data", "encode", "--data", folder, "--cache", work.New("cache"), "--json"];
        Assert.Equal((3, 0), Counts(work.Run([.. command, .. options])));
        Assert.Equal(recorded.Split(','), FeatureManifest.ReadIfPresent(folder)!.Modalities.Single().Fields);
        ItemTextFile.Write(
            Path.Combine(folder, "said.jsonl"),
            [("a", first), ("b", second.Replace("LONG", LongPlot.Trim(), StringComparison.Ordinal)), ("c", third)]);
        Assert.Equal((0, 3), Counts(work.Run([.. command, "--modality", "said", "--texts", "said"])));
        Assert.Equal([], FeatureManifest.ReadIfPresent(folder)!.Modalities.Single(entry => entry.Name == "said").Fields);
    }

    [Fact]
    public void A_text_of_100_000_tokens_is_cut_and_an_empty_one_is_missing()
    {
        string folder = Items(("long", Words(100_000), ""), ("cut", Words(300), ""), ("empty", "  ", ""), ("short", "red chair", ""));
        Outcome outcome = work.Run("data", "encode", "--data", folder, "--json");
        Assert.Equal((0, 0), (outcome.Code, outcome.Errors.Length));
        Assert.Contains("note: 1 of 4 items is without 'text' features; the first is 'empty': it has no text;", outcome.Error, StringComparison.Ordinal);
        Modality text = FeatureFolder.Read(folder).Modalities.Single();
        Assert.Equal([false, false, true, false], text.Missing);
        Assert.True(TensorPrimitives.Distance<float>(text.Features.Row(0), text.Features.Row(1)) < 1e-4);

        static string Words(int count) => string.Join(' ', Enumerable.Range(0, count).Select(number => number % 7 == 0 ? "lamp" : "chair"));
    }

    [Fact]
    public void Items_without_any_text_are_one_sentence()
    {
        string folder = Items(("a", " ", ""), ("b", "", ""));
        Outcome outcome = work.Run("data", "encode", "--data", folder, "--encoder", "minilm");
        Assert.Equal(2, outcome.Code);
        Assert.Single(outcome.Errors);
        Assert.Empty(Directory.GetFiles(folder, "*_feat.npy"));
    }

    [Fact]
    public void A_model_in_a_file_encodes_and_other_settings_are_another_way()
    {
        string folder = Items(("a", "red", ""), ("b", "blue", ""));
        string[] command = ["data", "encode", "--data", folder, "--modality", "text", "--encoder", "onnx", "--model", Model(Table), "--cache", work.New("cache"), "--json"];
        Outcome outcome = work.Run(command);
        Assert.Equal((2, 0), Counts(outcome));
        Assert.StartsWith("model ", (string)Modalities(outcome).Single()["version"]!, StringComparison.Ordinal);
        Assert.True((bool)Modalities(work.Run(command)).Single()["skipped"]!);
        Outcome other = work.Run([.. command, "--pooling", "cls"]);
        Assert.Equal(2, other.Code);
        Assert.Contains("in another way (onnx, 2 dimensions, in the space 'onnx model ", Assert.Single(other.Errors), StringComparison.Ordinal);
    }

    /// <summary>Vectors of [PAD], [UNK], [CLS], [SEP], red, blue; the colon and the name of the field are unknown.</summary>
    private static readonly ModelFile Table = ModelFile.OfTable([1, 1, 5, 5, 2, 0, 0, 2, 4, 6, 6, 8], 2);

    public static TheoryData<string, string, string[]> BadModels => new()
    {
        { "truncated", "cannot be loaded as an ONNX model (", [] },
        { "external", "expected the files of weights that it names in its folder, so put them there.", [] },
        { "pictures", "takes pixel_values single[? x 3 x 4 x 4]; expected a text model with the input input_ids", [] },
        { "whole", "File 'nowhere.onnx' does not exist; check the path.", ["--model", "nowhere.onnx"] },
        { "whole", "takes input_ids int64[? x ?], attention_mask int64[? x ?]; expected one input [pictures x 3 x height x width] in float32", ["--modality", "image"] },
        { "nan", "gives a text numbers that are not finite; expected a model in float32 that works", [] },
        { "strange vocabulary", "vocab.txt' cannot be used as a tokenizer (", [] },
        { "large vocabulary", "expected input that it knows, so check that tokenizer, longest text (--max-tokens) and sizes are the model's own", [] },
        { "whole", "The setting pooling of the model is 'max'; expected mean, cls or last.", ["--pooling", "max"] },
        { "whole", "--mean is '1,x,2'; expected three numbers separated by commas, such as 0.5,0.5,0.5.", ["--mean", "1,x,2"] },
    };

    [Theory]
    [MemberData(nameof(BadModels))]
    public void A_model_that_cannot_be_used_is_one_sentence_and_writes_no_features(string model, string sentence, string[] options)
    {
        string folder = ItemFolder.Create(work, 5), path = Model(model switch
        {
            "external" => new ModelFile().Input("input_ids", ModelFile.Int64, -1, -1).WeightsElsewhere("table", "model.onnx_data", 6, 2)
                .Node("Gather", ["table", "input_ids"], "last_hidden_state").Output("last_hidden_state", ModelFile.Float, -1, -1, 2),
            "pictures" => new ModelFile().Input("pixel_values", ModelFile.Float, -1, 3, 4, 4)
                .Node("GlobalAveragePool", ["pixel_values"], "pooled").Output("pooled", ModelFile.Float, -1, 3, 1, 1),
            "nan" => ModelFile.OfTable([.. Enumerable.Repeat(float.NaN, 12)], 2),
            _ => Table,
        });
        string vocabulary = Path.Combine(Path.GetDirectoryName(path)!, "vocab.txt");
        if (model == "truncated") File.WriteAllBytes(path, File.ReadAllBytes(path)[..^20]);
        if (model == "strange vocabulary") File.WriteAllText(vocabulary, "red\nblue\n");
        if (model == "large vocabulary") File.WriteAllLines(vocabulary, ["[PAD]", "[UNK]", "[CLS]", "red", "blue", "[MASK]", "other", "[SEP]"]);

        int files = Directory.GetFiles(folder).Length;
        string[] modality = options.Contains("--modality") ? [] : ["--modality", "text"], given = options.Contains("--model") ? [] : ["--model", path];
        Outcome outcome = work.Run(["data", "encode", "--data", folder, "--encoder", "onnx", .. modality, .. given, .. options]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(sentence, Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.Equal(files, Directory.GetFiles(folder).Length);
    }

    private static IEnumerable<JsonNode> Modalities(Outcome outcome) => outcome.Json["modalities"]!.AsArray().OfType<JsonNode>();

    private static (int Encoded, int Cached) Counts(Outcome outcome)
    {
        JsonNode modality = Modalities(outcome).Single();
        return ((int)modality["encoded"]!, (int)modality["cached"]!);
    }

    /// <summary>A data set of items with a title and a plot, the plot first.</summary>
    private string Items(params (string Id, string Title, string Plot)[] items)
    {
        string folder = work.New("texts");
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "shop.inter"), ["userID\titemID\tx_label", .. items.Select((_, number) => $"0\t{number}\t0")]);
        Write(folder, items);
        return folder;
    }

    private static void Write(string folder, params (string Id, string Title, string Plot)[] items) =>
        File.WriteAllLines(Path.Combine(folder, "items.jsonl"), items.Select(item =>
        {
            var json = new JsonObject { ["item"] = item.Id };
            if (item.Plot.Length > 0) json["plot"] = item.Plot;
            json["title"] = item.Title;
            return json.ToJsonString();
        }));

    /// <summary>Writes a model with a vocabulary beside it.</summary>
    private string Model(ModelFile model)
    {
        string folder = work.New("model");
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "blue", "[MASK]"]);
        string path = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(path, model.ToBytes());
        return path;
    }
}
