using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli.Tests;

/// <summary>The encoder that TF-IDF fits to the texts of a data set: from there into a run, and what it encodes later.</summary>
public sealed class FittedEncoderTests(Workplace work) : IClassFixture<Workplace>
{
    private const string File = "text_encoder.safetensors";

    [Fact]
    public void New_texts_are_encoded_as_those_of_the_data_were()
    {
        string data = Encoded(), run = Train(data);
        Assert.Equal(System.IO.File.ReadAllBytes(Path.Combine(data, File)), System.IO.File.ReadAllBytes(Path.Combine(run, File)));
        Assert.Contains($"  {File}\n", System.IO.File.ReadAllText(Path.Combine(run, "SHA256SUMS")), StringComparison.Ordinal);
        Directory.Move(data, data + "-away"); // a run needs nothing but itself

        Outcome outcome = Add(run, ("twin", $"{ItemFolder.Title(2)} 2"), ("other", "a soft chair, red"));

        Assert.Equal((0, ""), (outcome.Code, string.Join('\n', outcome.Errors)));
        using TrainedRun opened = TrainedRun.Open(run);
        Dataset dataset = DatasetReader.Read(data + "-away");
        float[] VectorOf(string id) => opened.Additions.Placed[opened.FindItem(id)].Features["text"];
        Assert.Equal(dataset.Modalities.Single().Features.Row(dataset.ItemIds!.ToList().IndexOf("p2")).ToArray(), VectorOf("twin"));
        Assert.Equal(1, VectorOf("other").Sum(value => (double)value * value), 1e-5);
        foreach (string[] command in new string[][] { ["recommend", "--run", run, "--user", "u3"], ["recommend", "--run", run, "--liked", "p5"], ["similar", "--run", run, "--item", "p2"] })
        {
            string[] found = [.. work.Run([.. command, "--count", "40", "--json"]).Json["items"]!.AsArray().Select(item => (string)item!["item"]!)];
            Assert.Contains("twin", found);
            Assert.Contains("other", found);
        }
    }

    [Fact]
    public void A_text_without_a_word_that_it_knows_is_no_content()
    {
        string run = Train(Encoded());
        Outcome outcome = Add(run, ("known", "red chair"), ("strange", "quetzalcoatl"));
        Assert.Equal(2, outcome.Code);
        Assert.Contains(
            "': Item 'strange' has no features, so nothing tells what it is like ('text': the encoder finds nothing in it: its vector is all zeros); "
            + "expected another text or picture, or ready vectors as 'features'.",
            Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.StartsWith("error: Line 2 of '", outcome.Errors[0], StringComparison.Ordinal);
        outcome = Add(run, ("strange", "quetzalcoatl"));
        Assert.Equal(2, outcome.Code);
        Assert.StartsWith("error: Line 1 of '", Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(run, "additions")));
    }

    [Fact]
    public void An_item_with_ready_vectors_needs_no_text_that_it_knows_and_an_update_may_bring_the_title_alone()
    {
        string data = PictureShop.Create(work), run = work.New("run");
        Assert.Equal(0, work.Run("data", "encode", "--data", data, "--modality", "words", "--encoder", "tfidf").Code);
        Assert.Equal(0, work.Run("data", "encode", "--data", data, "--modality", "image", "--encoder", "histogram").Code);
        Assert.Equal(0, work.Run(["train", "--data", data, "--model", "lirdrec", "--out", run, .. Workplace.Quick]).Code);
        int dimensions = DatasetReader.Read(data).Modalities.Single(modality => modality.Name == "image").Dimensions;
        var item = new JsonObject { ["item"] = "ready", ["title"] = "quetzalcoatl", ["features"] = new JsonObject { ["image"] = new JsonArray([.. Enumerable.Repeat(0.5, dimensions).Select(value => JsonValue.Create(value))]) } };

        Outcome added = work.Run("items", "add", "--run", run, "--items", work.File("ready.jsonl", item.ToJsonString() + "\n"));
        Outcome updated = work.Run("items", "add", "--run", run, "--update", "--items", work.File("title.jsonl", """{ "item": "ready", "title": "xolotl" }"""));

        Assert.Equal((0, 0), (added.Code, updated.Code));
        Assert.Contains("1 item without 'words' features; the first is 'ready'", added.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_one_says_how_to_get_it()
    {
        string data = Encoded();
        System.IO.File.Delete(Path.Combine(data, File));
        string run = Train(data);
        Assert.False(System.IO.File.Exists(Path.Combine(run, File)));
        Outcome outcome = Add(run, ("new", "red chair"));
        Assert.Equal(2, outcome.Code);
        int dimensions = DatasetReader.Read(data).Modalities.Single().Dimensions;
        Assert.EndsWith(
            "The features of 'text' were made by tfidf-svd, fitted to the texts of the data, and the run keeps no such encoder; encode them again "
            + $"('tessera data encode --modality text --encoder tfidf --replace') and train, or give ready vectors of {dimensions} numbers as 'features': {{\"text\": […]}}.",
            Assert.Single(outcome.Errors), StringComparison.Ordinal);

        Assert.Equal(0, work.Run("data", "encode", "--data", data, "--modality", "text", "--encoder", "tfidf", "--replace").Code);
        Assert.Equal(0, Add(Train(data), ("new", "red chair")).Code);
    }

    [Fact]
    public void One_that_did_not_make_the_features_is_left_out_of_a_run_and_a_damaged_one_in_a_run_is_refused()
    {
        string data = Encoded(), run = Train(data);
        Damage(Path.Combine(run, File));
        Outcome outcome = Add(run, ("new", "red chair"));
        Assert.Equal(2, outcome.Code);
        Assert.Contains($"'{Path.Combine(run, File)}' is damaged: it is missing or does not match its checksum", Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.Equal(0, work.Run("recommend", "--run", run, "--user", "u3").Code);
        outcome = work.Run(["train", "--data", data, "--model", "lirdrec", "--out", run, .. Workplace.Quick, "--resume"]);
        Assert.Contains($"'{Path.Combine(run, File)}' is damaged", Assert.Single(outcome.Errors), StringComparison.Ordinal);

        Damage(Path.Combine(data, File));
        string other = work.New("run");
        outcome = work.Run(["train", "--data", data, "--model", "lirdrec", "--out", other, .. Workplace.Quick]);
        Assert.Equal(0, outcome.Code);
        Assert.Contains($"'{Path.Combine(data, File)}' is not what made the features of 'text', so the run keeps no encoder for later items", outcome.Unbroken, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(Path.Combine(other, File)));
        System.IO.File.Delete(Path.Combine(run, "metrics.json"));
        Assert.Equal(0, work.Run(["train", "--data", data, "--model", "lirdrec", "--out", run, .. Workplace.Quick, "--restart"]).Code);
        Assert.False(System.IO.File.Exists(Path.Combine(run, File)));
    }

    [Fact]
    public void Features_of_another_encoder_have_none_and_what_cannot_be_written_leaves_all_as_it_was()
    {
        string data = Encoded();
        byte[] features = System.IO.File.ReadAllBytes(Path.Combine(data, "text_feat.npy"));
        System.IO.File.Delete(Path.Combine(data, File));
        Directory.CreateDirectory(Path.Combine(data, File));
        Outcome outcome = work.Run("data", "encode", "--data", data, "--encoder", "tfidf", "--dimensions", "3", "--replace");
        Assert.Equal(1, outcome.Code);
        Assert.Contains(Path.Combine(data, File), Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.Equal(features, System.IO.File.ReadAllBytes(Path.Combine(data, "text_feat.npy")));
        Assert.Equal("tfidf-svd", DatasetReader.Read(data).Modalities.Single().Encoder);
        Directory.Delete(Path.Combine(data, File));

        Assert.Equal(0, work.Run("data", "encode", "--data", data, "--encoder", "tfidf", "--dimensions", "3", "--replace").Code);
        Assert.True(System.IO.File.Exists(Path.Combine(data, File)));
        Assert.Equal(0, work.Run("data", "encode", "--data", data, "--modality", "text", "--encoder", "minilm", "--replace").Code);
        Assert.False(System.IO.File.Exists(Path.Combine(data, File)));
    }

    [Fact]
    public void It_goes_where_its_features_go()
    {
        string data = Encoded(), log = Path.Combine(Path.GetDirectoryName(data)!, "log"), filtered = work.New("filtered"), split = work.New("split"), copy = work.New("copy");
        byte[] encoder = System.IO.File.ReadAllBytes(Path.Combine(data, File));
        foreach (string file in new[] { "text_feat.npy", "modalities.json", File }) System.IO.File.Move(Path.Combine(data, file), Path.Combine(log, file)); // of the same items
        foreach ((string folder, string[] command) in new (string, string[])[]
        {
            (filtered, ["data", "filter", "--log", log, "--k-core", "2", "--out", filtered]),
            (split, ["data", "split", "--log", filtered, "--scheme", "random-8-1-1", "--out", split]),
            (copy, ["data", "import", "--format", "mmrec", "--events", split, "--out", copy]),
        })
        {
            Outcome outcome = work.Run(command);
            Assert.True(outcome.Code == 0, outcome.Error);
            Assert.Equal(encoder, System.IO.File.ReadAllBytes(Path.Combine(folder, File)));
        }

        Assert.Equal(["title"], DatasetReader.Read(copy).Modalities.Single().Fields);
        Assert.Equal(0, Add(Train(copy), ("new", "red chair")).Code);

        Damage(Path.Combine(split, File));
        string other = work.New("copy");
        Assert.Contains($"{File} was left out: it is not what made the features of 'text'.", work.Run("data", "import", "--format", "mmrec", "--events", split, "--out", other).Error, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(Path.Combine(other, File)));
    }

    private static void Damage(string path)
    {
        byte[] bytes = System.IO.File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        System.IO.File.WriteAllBytes(path, bytes);
    }

    /// <summary>A shop whose texts are encoded.</summary>
    private string Encoded()
    {
        string data = PictureShop.Create(work);
        Assert.Equal(0, work.Run("data", "encode", "--data", data, "--encoder", "tfidf").Code);
        return data;
    }

    private string Train(string data)
    {
        string run = work.New("run");
        Outcome outcome = work.Run(["train", "--data", data, "--model", "lirdrec", "--out", run, .. Workplace.Quick]);
        Assert.Equal((0, ""), (outcome.Code, string.Join('\n', outcome.Errors)));
        return run;
    }

    private Outcome Add(string run, params (string Id, string Title)[] items) => work.Run(
        "items", "add", "--run", run, "--items",
        work.File("new.jsonl", string.Concat(items.Select(item => new JsonObject { ["item"] = item.Id, ["title"] = item.Title }.ToJsonString() + "\n"))));
}
