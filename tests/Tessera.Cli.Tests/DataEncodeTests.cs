using Tessera.Data.DatasetFolder;
using Tessera.Encoders.Tests.Endpoints;

namespace Tessera.Cli.Tests;

public sealed class DataEncodeTests(Workplace work) : IClassFixture<Workplace>
{
    [Fact]
    public void The_light_encoders_need_no_model()
    {
        string folder = ItemFolder.Create(work, 30);
        Assert.Equal(["text tfidf-svd 0"], Made(work.Run("data", "encode", "--data", folder, "--encoder", "tfidf", "--json")));
        Outcome outcome = work.Run("data", "encode", "--data", folder, "--encoder", "histogram", "--json");
        Assert.Equal((0, 0), (outcome.Code, outcome.Errors.Length));
        Assert.Equal(["image color-hog 10"], Made(outcome));
        Assert.Contains("note: 10 of 30 items are without 'image' features; the first is 'p0': it names no image; all are listed in ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(10, File.ReadAllLines(Path.Combine(folder, "image_failures.jsonl")).Length);
        Assert.False(File.Exists(Path.Combine(folder, "text_failures.jsonl")));
        FeatureFolder features = Check(folder, 30);
        Assert.Equal(["image", "text"], features.Modalities.Select(m => m.Name));
        Assert.Equal(584, features.Modalities[0].Dimensions);

        byte[] text = File.ReadAllBytes(Path.Combine(folder, "text_feat.npy"));
        outcome = work.Run("data", "encode", "--data", folder, "--encoder", "tfidf", "--replace", "--threads", "1");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("tfidf-svd", outcome.Out, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllBytes(Path.Combine(folder, "text_feat.npy")));

        static IEnumerable<string> Made(Outcome outcome) =>
            outcome.Json["modalities"]!.AsArray().Select(m => $"{m!["name"]} {m["encoder"]} {m["missing"]}");
    }

    [Fact]
    public void A_modality_made_in_another_way_is_replaced_only_when_asked_and_others_stay()
    {
        string folder = ItemFolder.Create(work, 12);
        Assert.Equal(0, work.Run("data", "encode", "--data", folder, "--encoder", "tfidf", "--dimensions", "3").Code);
        byte[] before = File.ReadAllBytes(Path.Combine(folder, "text_feat.npy"));
        Outcome outcome = work.Run("data", "encode", "--data", folder, "--encoder", "tfidf");
        Assert.Equal(2, outcome.Code);
        Assert.Contains(
            "text_feat.npy' was made of other contents or in another way (tfidf-svd, 3 dimensions); give --replace to make it anew", Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(folder, "text_feat.npy")));
        Assert.Equal(0, work.Run("data", "encode", "--data", folder, "--encoder", "histogram").Code);
        Assert.Equal([584, 3], Check(folder, 12).Modalities.Select(m => m.Dimensions));
        outcome = work.Run("data", "encode", "--data", folder, "--modality", "text");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("in another way (tfidf-svd, 3 dimensions); give --replace", Assert.Single(outcome.Errors), StringComparison.Ordinal);
        outcome = work.Run("data", "encode", "--data", folder);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("note: 'text' is there already, made by tfidf-svd, and is left as it is; --replace makes it anew.", outcome.Error, StringComparison.Ordinal);
        Assert.Equal([584, 3], Check(folder, 12).Modalities.Select(m => m.Dimensions));
        Assert.Equal(0, work.Run("data", "encode", "--data", folder, "--encoder", "tfidf", "--replace").Code);
        Assert.Equal([584, 9], Check(folder, 12).Modalities.Select(m => m.Dimensions));
    }

    [Fact]
    public void The_same_command_goes_on_where_it_was()
    {
        string folder = ItemFolder.Create(work, 12), image = Path.Combine(folder, "image_feat.npy"), text = Path.Combine(folder, "text_feat.npy");
        string[] command = ["data", "encode", "--data", folder, "--json"];
        Assert.Equal([false, false], Skipped(work.Run(command)));
        (byte[] whole, DateTime written) = (File.ReadAllBytes(image), File.GetLastWriteTimeUtc(text));
        Outcome again = work.Run(command);
        Assert.Equal([true, true], Skipped(again));
        Assert.Contains("note: 'text' is there already, made by minilm, and is left as it is; --replace makes it anew.", again.Error, StringComparison.Ordinal);
        File.WriteAllBytes(image, whole[..^8]); // as if damaged
        Assert.Equal([true, false], Skipped(work.Run(command)));
        Assert.Equal(whole, File.ReadAllBytes(image));
        File.Delete(image); // as after an end between manifest and file
        Assert.Equal([true, false], Skipped(work.Run(command)));
        Assert.Equal(whole, File.ReadAllBytes(image));
        Assert.Equal(written, File.GetLastWriteTimeUtc(text));

        File.WriteAllBytes(Path.Combine(folder, "1.png"), [.. File.ReadAllBytes(Path.Combine(folder, "1.png")), 0]);
        Outcome changed = work.Run(command);
        Assert.Equal(2, changed.Code);
        Assert.Contains("image_feat.npy' was made of other contents", Assert.Single(changed.Errors), StringComparison.Ordinal);
        Assert.Equal([false, false], Skipped(work.Run([.. command, "--replace"])));

        static IEnumerable<bool> Skipped(Outcome outcome) => outcome.Json["modalities"]!.AsArray().Select(modality => (bool)modality!["skipped"]!);
    }

    [Fact]
    public void Features_that_nothing_describes_are_not_overwritten()
    {
        string folder = ItemFolder.Create(work, 6), file = Path.Combine(folder, "text_feat.npy");
        File.WriteAllText(file, "mine");
        Outcome outcome = work.Run("data", "encode", "--data", folder);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("text_feat.npy' exists already and is not described in modalities.json; give --replace", Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(file));
        Assert.False(File.Exists(Path.Combine(folder, "image_feat.npy")));
    }

    [Fact]
    public void Fields_without_a_name_are_refused()
    {
        Outcome outcome = work.Run("data", "encode", "--data", ItemFolder.Create(work, 3), "--fields", ",");
        Assert.Equal(2, outcome.Code);
        Assert.Equal("error: --fields names no field; expected names of text fields separated by commas.", Assert.Single(outcome.Errors));
    }

    [Fact]
    public void The_failure_of_one_modality_does_not_stop_another()
    {
        string folder = ItemFolder.Create(work, 6);
        foreach (string picture in Directory.GetFiles(folder, "*.png")) File.WriteAllText(picture, "no picture");
        File.WriteAllText(Path.Combine(folder, "items.jsonl"), File.ReadAllText(Path.Combine(folder, "items.jsonl")).Replace("title", "name", StringComparison.Ordinal));
        Outcome outcome = work.Run("data", "encode", "--data", folder, "--json");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("has anything to encode as 'image'", Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.Equal("text", (string?)Assert.Single(outcome.Json["modalities"]!.AsArray())!["name"]);
        Assert.Equal("text", Assert.Single(Check(folder, 6).Modalities).Name);
    }

    [Theory]
    [InlineData("describe", "--endpoint", "http://localhost:1/v1", "--model", "m")]
    [InlineData("encode")]
    public void A_folder_that_is_no_data_set_is_refused(string command, params string[] options)
    {
        string folder = ItemFolder.Create(work, 6);
        File.Delete(Path.Combine(folder, "shop.inter"));
        Outcome outcome = work.Run(["data", command, "--data", folder, .. options]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("has no .inter file; expected exactly one, so put it there, or give a folder that 'tessera data split' wrote.", Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder, "*_feat.npy"));
    }

    [Fact]
    public void A_folder_that_may_not_be_written_is_found_out_before_anything_is_encoded()
    {
        string folder = ItemFolder.Create(work, 6);
        Directory.CreateDirectory(Path.Combine(folder, "image.tessera-lock")); // in the way of what is tried
        Outcome outcome = work.Run("data", "encode", "--data", folder);
        Assert.Equal(1, outcome.Code);
        Assert.StartsWith($"error: Folder '{folder}' cannot be written (", Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder, "*_feat.npy"));
    }

    [Fact]
    public void A_server_encodes_with_key_and_instruction()
    {
        const string Key = "sk-cli-secret-0123456789";
        Environment.SetEnvironmentVariable("TESSERA_TESTS_ENCODE_KEY", Key);
        using var server = new FakeServer();
        string folder = ItemFolder.Create(work, 10);
        server.Otherwise = request => request.Texts.Any(text => text.EndsWith(ItemFolder.Title(4), StringComparison.Ordinal)) ? FakeAnswer.Error(400, $"too long, {Key}") : null;
        string[] command =
        [
            "data", "encode", "--data", folder, "--modality", "text", "--encoder", "endpoint", "--endpoint", $"{server.Address}", "--model", "fake-model",
            "--api-key-env", "TESSERA_TESTS_ENCODE_KEY", "--instruction", "Find alike", "--batch", "4", "--fields", "title", "--verbose",
        ];
        Outcome outcome = work.Run(command);
        Assert.Equal((0, 0), (outcome.Code, outcome.Errors.Length));
        Assert.All(server.Texts, text => Assert.StartsWith("Instruct: Find alike\nQuery: ", text, StringComparison.Ordinal));
        Assert.Equal([4], Check(folder, 10).Modalities.Single().Missing.Index().Where(m => m.Item).Select(m => m.Index));
        Assert.Contains("1 of 10 items is without 'text' features; the first is 'p4': The server at ", outcome.Error, StringComparison.Ordinal);

        server.Otherwise = _ => FakeAnswer.Error(401, $"Incorrect API key provided: {Key}");
        Outcome failed = work.Run([.. command, "--replace"]);
        Assert.Equal(1, failed.Code);
        Assert.Contains("answered 401 (Incorrect API key provided: [hidden]); check that the API key is set, valid and not expired.", Assert.Single(failed.Errors), StringComparison.Ordinal);
        Assert.Contains("note: What was encoded is kept: the same command goes on from there.", failed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, outcome.Error + outcome.Out + failed.Error + failed.Out, StringComparison.Ordinal);
        foreach (string file in Directory.GetFiles(folder)) Assert.DoesNotContain(Key, File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cover resnet18", "--modality", "cover", "--source", "images")]
    [InlineData("cover color-hog", "--modality", "cover", "--encoder", "histogram")]
    [InlineData("title minilm", "--modality", "title", "--source", "texts")]
    [InlineData("title tfidf-svd", "--modality", "title", "--encoder", "tfidf")]
    [InlineData("title minilm", "--modality", "title", "--fields", "title")]
    [InlineData("image minilm", "--modality", "image", "--fields", "title")]
    [InlineData("title minilm", "--modality", "title", "--encoder", "minilm")]
    [InlineData("image tfidf-svd", "--modality", "image", "--encoder", "tfidf", "--fields", "title")]
    [InlineData("image tfidf-svd", "--modality", "image", "--source", "texts", "--encoder", "tfidf")]
    [InlineData("image resnet18", "--source", "images")]
    [InlineData("image color-hog", "--source", "images", "--encoder", "histogram")]
    [InlineData("text minilm", "--source", "texts")]
    [InlineData("text tfidf-svd", "--source", "texts", "--encoder", "tfidf")]
    public void What_a_modality_is_made_of_can_be_said(string made, params string[] options)
    {
        string folder = ItemFolder.Create(work, 9);
        Outcome outcome = work.Run(["data", "encode", "--data", folder, "--json", .. options]);
        Assert.Equal([made], outcome.Json["modalities"]!.AsArray().Select(m => $"{m!["name"]} {m["encoder"]}"));
    }

    [Fact]
    public void Images_of_any_modality_go_to_a_server_as_images()
    {
        using var server = new FakeServer();
        string folder = ItemFolder.Create(work, 5);
        Outcome outcome = work.Run(
            "data", "encode", "--data", folder, "--modality", "cover", "--source", "images", "--encoder", "endpoint", "--endpoint", $"{server.Address}", "--model", "m");
        Assert.Equal(1, outcome.Code);
        Assert.All(server.Texts, text => Assert.StartsWith("data:image/png;base64,", text, StringComparison.Ordinal));
        Assert.NotEmpty(server.Texts);
    }

    [Fact]
    public void A_server_that_does_not_look_at_images_is_not_given_any()
    {
        using var server = new FakeServer();
        string folder = ItemFolder.Create(work, 5);
        Outcome outcome = work.Run(
            "data", "encode", "--data", folder, "--modality", "image", "--encoder", "endpoint", "--endpoint", $"{server.Address}", "--model", "fake-model");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("encodes the characters of an image's file and not what it shows", Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "image_feat.npy")));
    }

    [Fact]
    public void A_canceled_encoding_says_how_to_go_on()
    {
        using var server = new FakeServer();
        using var source = new CancellationTokenSource();
        server.Otherwise = _ =>
        {
            source.Cancel();
            return null;
        };
        string folder = ItemFolder.Create(work, 5);
        Outcome outcome = work.Run(
            ["data", "encode", "--data", folder, "--modality", "text", "--encoder", "endpoint", "--endpoint", $"{server.Address}", "--model", "fake-model"], source.Token);
        Assert.Equal(130, outcome.Code);
        Assert.EndsWith("note: What was encoded is kept: the same command goes on from there.\nInterrupted.\n", outcome.Error, StringComparison.Ordinal);
    }

    public static TheoryData<string, string[]> BadCommands => new()
    {
        { "There is no encoder 'bert'; expected one of minilm, resnet18, tfidf, histogram, onnx, endpoint.", ["--encoder", "bert"] },
        { "There is no source 'audio'; expected texts or images.", ["--source", "audio"] },
        { "What the modality 'cover' is made of is not said; give --source texts or --source images.", ["--modality", "cover"] },
        {
            "What the modality 'cover' is made of is not said",
            ["--modality", "cover", "--encoder", "endpoint", "--endpoint", "http://localhost:1/v1", "--model", "m"]
        },
        { "--encoder tfidf encodes texts, but 'image' is to be made of images; expected both to agree", ["--modality", "image", "--encoder", "tfidf"] },
        { "--encoder histogram encodes images, but 'text' is to be made of texts", ["--modality", "text", "--encoder", "histogram"] },
        { "--encoder tfidf encodes texts, but 'cover' is to be made of images", ["--modality", "cover", "--encoder", "tfidf", "--source", "images"] },
        { "--encoder tfidf encodes texts, but 'text' is to be made of images", ["--encoder", "tfidf", "--source", "images"] },
        {
            "--fields and --texts name texts; expected them with --source texts, or without it.",
            ["--modality", "cover", "--encoder", "endpoint", "--source", "images", "--fields", "title"]
        },
        {
            "--instruction stands before texts; expected it with --source texts",
            ["--modality", "image", "--encoder", "endpoint", "--instruction", "x"]
        },
        { "--fields and --texts name two sources of texts", ["--fields", "title", "--texts", "descriptions"] },
        { "--encoder endpoint needs --modality", ["--encoder", "endpoint"] },
        { "There is no --endpoint", ["--encoder", "endpoint", "--modality", "text"] },
        { "There is no --model", ["--encoder", "endpoint", "--modality", "text", "--endpoint", "http://localhost:1/v1"] },
        { "The endpoint 'localhost' is no http or https address", ["--encoder", "endpoint", "--modality", "text", "--endpoint", "localhost", "--model", "m"] },
        { "The environment variable for the API key is not set", ["--encoder", "endpoint", "--modality", "text", "--endpoint", "http://localhost:1/v1", "--model", "m", "--api-key-env", "TESSERA_TESTS_NO_KEY"] },
        { "--model has no meaning for minilm and resnet18, the default; expected it with --encoder onnx or endpoint only.", ["--model", "m"] },
        { "--dimensions has no meaning for minilm and resnet18, the default; expected it with --encoder tfidf or endpoint only.", ["--dimensions", "64"] },
        { "--dimensions has no meaning for --encoder minilm; expected it with --encoder tfidf or endpoint only.", ["--dimensions", "64", "--encoder", "minilm"] },
        { "--cache has no meaning for --encoder histogram; expected it with --encoder minilm or resnet18 or onnx or endpoint only.", ["--cache", "x", "--encoder", "histogram"] },
        { "--instruction has no meaning for minilm, the default; expected it with --encoder endpoint only.", ["--instruction", "x", "--modality", "text"] },
        { "--fields has no meaning for --encoder histogram; expected it with --encoder minilm or tfidf or onnx or endpoint only.", ["--fields", "title", "--encoder", "histogram"] },
        { "--pooling has no meaning for --encoder minilm; expected it with --encoder onnx only.", ["--pooling", "cls", "--encoder", "minilm"] },
        { "--encoder minilm encodes texts, but 'image' is to be made of images; expected both to agree", ["--modality", "image", "--encoder", "minilm"] },
        { "--encoder resnet18 encodes images, but 'text' is to be made of texts; expected both to agree", ["--modality", "text", "--encoder", "resnet18"] },
        { "--encoder onnx needs --modality", ["--encoder", "onnx", "--model", typeof(DataEncodeTests).Assembly.Location] },
        { "There is no --model; expected the path of an .onnx file.", ["--encoder", "onnx", "--modality", "text"] },
        { "has a text field 'plot'; expected some of title", ["--modality", "text", "--fields", "plot"] },
        { "There is no file '", ["--modality", "image", "--texts", "descriptions"] },
        { "'a/b' cannot name a modality", ["--modality", "a/b", "--source", "texts"] },
        { "--dimensions is '-1'; expected a whole number, 0 or more.", ["--dimensions", "-1"] },
        { "--timeout is '86401'; expected a whole number, 1 to 86400.", ["--timeout", "86401"] },
    };

    [Theory]
    [MemberData(nameof(BadCommands))]
    public void Bad_commands_end_in_a_sentence_and_write_nothing(string sentence, string[] options)
    {
        string folder = ItemFolder.Create(work, 5);
        int files = Directory.GetFiles(folder).Length;
        Outcome outcome = work.Run(["data", "encode", "--data", folder, .. options]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(sentence, Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.Equal(files, Directory.GetFiles(folder).Length);
    }

    [Fact]
    public void A_damaged_cache_is_named_with_its_remedy()
    {
        string folder = ItemFolder.Create(work, 5), cache = work.File("cache", new string('x', 5000));
        Outcome outcome = work.Run(
            "data", "encode", "--data", folder, "--modality", "text", "--encoder", "endpoint", "--endpoint", "http://localhost:1/v1", "--model", "m", "--cache", cache);
        Assert.Equal(2, outcome.Code);
        Assert.Contains($"The cache '{cache}' is damaged or no cache at all; delete it", Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "cannot be used (SQLite Error 14: 'unable to open database file')")]
    [InlineData("items.jsonl/cache", "cannot be written (")]
    public void A_cache_that_cannot_be_made_is_no_bad_input(string place, string reason)
    {
        string folder = ItemFolder.Create(work, 5), cache = Path.Combine(folder, place);
        Outcome outcome = work.Run(
            "data", "encode", "--data", folder, "--modality", "text", "--encoder", "endpoint", "--endpoint", "http://localhost:1/v1", "--model", "m", "--cache", cache);
        Assert.Equal(1, outcome.Code);
        Assert.Contains($"The cache '{cache}' {reason}", Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }

    private static FeatureFolder Check(string folder, int items)
    {
        FeatureFolder features = FeatureFolder.Read(folder);
        features.CheckItems([.. Enumerable.Range(0, items).Select(i => $"p{i}")], "the items");
        Assert.Empty(features.Notices);
        return features;
    }
}
