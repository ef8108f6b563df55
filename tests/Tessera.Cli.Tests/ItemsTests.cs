using System.Globalization;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.DatasetFolder;

namespace Tessera.Cli.Tests;

/// <summary>items add, items remove, and recommend --liked.</summary>
public sealed class ItemsTests(Workplace work) : IClassFixture<Workplace>
{
    [Fact]
    public void Items_with_ready_vectors_are_recommended_and_similar_at_once_until_they_are_removed()
    {
        string run = work.Train(), items = work.File("new.jsonl", $"{Line("new-a", 4)}\n{Line("new-b", 9)}\n");
        string measured = work.Run("evaluate", "--run", run, "--data", work.Data).Out;
        Outcome added = work.Run("items", "add", "--run", run, "--items", items, "--json");
        Assert.Equal(0, added.Code);
        Assert.Equal((2, 0, 32), ((int)added.Json["added"]!, (int)added.Json["updated"]!, (int)added.Json["items"]!));
        JsonNode found = Ranked("recommend", "--run", run, "--user", "3", "--count", "40").Single(item => (string)item!["item"]! == "new-a")!;
        Assert.Equal("Thing new-a", (string)found["title"]!);
        Assert.Contains(Ranked("similar", "--run", run, "--item", "4", "--count", "40"), item => (string)item!["item"]! == "new-a");
        Assert.Equal(31, Ranked("similar", "--run", run, "--item", "new-a", "--count", "40").Length);
        string file = work.New("all") + ".csv";
        Assert.Equal(0, work.Run("recommend", "--run", run, "--all-users", "--out", file, "--count", "40").Code);
        Assert.Equal(40, File.ReadLines(file).Count(line => line.Contains(",new-a,", StringComparison.Ordinal)));
        Assert.Equal(measured, work.Run("evaluate", "--run", run, "--data", work.Data).Out);
        Assert.Equal(30, (int)work.Run("export", "--run", run, "--out", work.New("vectors"), "--json").Json["items"]!);

        Outcome removed = work.Run("items", "remove", "--run", run, "--item", "new-a", "--item", "7", "--json");
        Assert.Equal((2, 30), ((int)removed.Json["removed"]!, (int)removed.Json["items"]!));
        Assert.DoesNotContain(Ranked("recommend", "--run", run, "--user", "3", "--count", "40"), item => (string)item!["item"]! is "new-a" or "7");
        Assert.Contains("There is no item 'new-a'", Assert.Single(work.Run("similar", "--run", run, "--item", "new-a").Errors), StringComparison.Ordinal);
        Assert.Contains("1 item removed; the run in ", work.Run("items", "remove", "--run", run, "--item", "8").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_id_of_a_removed_item_is_free_for_another()
    {
        string run = work.Train(), items = work.File("again.jsonl", Line("7", 4) + "\n"), only = work.File("only.txt", "7\n");
        Assert.Equal(0, work.Run("items", "remove", "--run", run, "--item", "7").Code);
        Assert.Equal(0, work.Run("items", "add", "--run", run, "--items", items).Code);

        JsonNode found = Assert.Single(Ranked("recommend", "--run", run, "--user", "3", "--only-file", only))!;

        Assert.Equal("Thing 7", (string)found["title"]!);
    }

    [Fact]
    public void Adding_again_is_refused_unless_it_is_an_update()
    {
        string run = work.Train(), items = work.File("new.jsonl", $"{Line("new-a", 4)}\n{Line("4", 9)}\n");
        Outcome refused = work.Run("items", "add", "--run", run, "--items", items);
        Assert.Equal(2, refused.Code);
        Assert.Contains("The run has an item '4' already", Assert.Single(refused.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(run, "additions")));
        Outcome updated = work.Run("items", "add", "--run", run, "--items", items, "--update");
        Assert.Equal(0, updated.Code);
        Assert.Contains("1 item added, 1 updated; the run in ", updated.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_visitor_is_recommended_to_by_what_is_liked()
    {
        string run = work.Train();
        Outcome outcome = work.Run("recommend", "--run", run, "--liked", "4, 9,4", "--count", "30", "--json");
        Assert.Equal(0, outcome.Code);
        Assert.Null(outcome.Json["user"]);
        JsonArray items = outcome.Json["items"]!.AsArray();
        Assert.Equal(28, items.Count);
        Assert.Contains("note: The session gets 28 items, not 30: the run has 30 items, the session has 2 of them already.", outcome.Error, StringComparison.Ordinal);
        foreach (JsonNode? item in items)
        {
            double score = (double)item!["score"]!;
            Assert.Equal(["4", "9"], item["because"]!.AsArray().Select(part => (string)part!["item"]!).Order());
            Assert.Equal(score, item["because"]!.AsArray().Sum(part => (double)part!["part"]!), 1e-4);
            Assert.Equal(0, (double)item["own"]!, 1e-4);
        }

        string text = work.Run("recommend", "--run", run, "--liked", "4,9").Out;
        Assert.Matches("^A visitor who likes 4, 9: image -?\\d+ %, text -?\\d+ %, shared -?\\d+ % of these scores\n", text);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [InlineData("There is no item 'x' in the run", "--liked", "x")]
    [InlineData("No item is named; expected the ids of one or more", "--liked", ",")]
    [InlineData("Users are named in two ways; expected one of --user ID, --liked ID,ID", "--liked", "3", "--user", "3")]
    [InlineData("--out is for users", "--liked", "3", "--out", "x.csv")]
    public void A_visitor_that_cannot_be_recommended_to_says_why(string sentence, params string[] options)
    {
        Outcome outcome = work.Run(["recommend", "--run", work.Train(), .. options]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(sentence, Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "holds no item")]
    [InlineData("{\"item\": \"a\"}", "Item 'a' has no features")]
    [InlineData("{\"title\": \"a\"}", "there is no 'item'")]
    [InlineData("[1]", "is not an item")]
    [InlineData("{\"item\": \"a\", \"features\": {\"image\": [1, \"x\"]}}", "is not an item")]
    [InlineData("{\"item\": \"a\", \"features\": {\"image\": [1, 2]}}", "has 2 features of 'image'; expected 8")]
    [InlineData("{\"item\": \"a\", \"features\": {\"image\": [1, 2, 3, 4, 5, 6, 7, 8]}}\n\n{\"item\": \"b\"}", "Line 3 of 'FILE': Item 'b' has no features")]
    [InlineData("{\"item\": \"a\", \"features\": {\"image\": [1, 2, 3, 4, 5, 6, 7, 8]}}\n{\"item\": \"4\"}", "Line 2 of 'FILE': The run has an item '4' already")]
    [InlineData("{\"item\": \"a\"}\n{\"item\": \"b\"}\n{\"item\": \"a\"}", "Lines 1 and 3 of 'FILE' both have item 'a'; expected each item once")]
    [InlineData("{\"item\": \" \"}", "Line 1 of 'FILE': An item has no id")]
    [InlineData("{\"id\": \"a\", \"artist\": \"b\"}", "Line 1 of 'FILE' is not an item ('artist' and 'id' may both be its id, so call the id 'item')")]
    [InlineData("{\"item\": \"a\", \"features\": [1, 2]}", "Line 1 of 'FILE' is not an item ('features' is a list of numbers rather than one for each modality, by its name)")]
    [InlineData("{\"item\": true}", "Line 1 of 'FILE' is not an item (it has no text or number 'item'")]
    [InlineData("{\"item\": \"a\", \"image\": \"https://x.org/a.png\"}", "Line 1 of 'FILE': Item 'a' has no features, so nothing tells what it is like; expected features for 'image' or features for 'text'.")]
    [InlineData("{\"item\": \"a\", \"features\": {\"sound\": [1, 2]}}", "which the run does not know; expected some of image, text")]
    public void A_file_that_is_no_list_of_items_is_refused(string line, string sentence)
    {
        string run = work.Train(), file = work.File("bad.jsonl", line + "\n");
        Outcome outcome = work.Run("items", "add", "--run", run, "--items", file);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(sentence.Replace("FILE", file, StringComparison.Ordinal), Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(run, "additions")));
    }

    [Fact]
    public void Texts_and_images_are_encoded_as_those_of_the_run_were()
    {
        string data = PictureShop.Create(work), run = work.New("run"), shop = Path.GetDirectoryName(data)!;
        Assert.Equal(0, work.Run("data", "encode", "--data", data).Code);
        Assert.Equal(0, work.Run(["train", "--data", data, "--model", "lirdrec", "--out", run, .. Workplace.Quick]).Code);
        string file = Path.Combine(shop, "new.jsonl");
        File.WriteAllText(file, """{"item": "alone", "title": "red chair", "image": "none.png"}""" + "\n");
        Outcome alone = work.Run("items", "add", "--run", run, "--items", file);
        Assert.Equal(0, alone.Code);
        Assert.Contains($"note: No item has a picture that is there, so none has 'image' features; the first is 'alone': its image '{Path.Combine(shop, "none.png")}' does not exist.", alone.Error, StringComparison.Ordinal);
        Assert.Equal(0, work.Run("items", "remove", "--run", run, "--item", "alone").Code);
        File.WriteAllLines(file,
        [
            new JsonObject { ["item"] = "twin", ["title"] = $"{ItemFolder.Title(2)} 2", ["image"] = "2.png" }.ToJsonString(),
            new JsonObject { ["item"] = "texts only", ["title"] = "red chair" }.ToJsonString(),
        ]);

        Outcome outcome = work.Run("items", "add", "--run", run, "--items", file, "--json");

        Assert.Equal((0, 2), (outcome.Code, (int)outcome.Json["added"]!));
        Assert.Contains("note: 1 item without 'image' features; the first is 'texts only': it names no image.", outcome.Error, StringComparison.Ordinal);
        JsonNode[] similar = Ranked("similar", "--run", run, "--item", "p2", "--count", "20");
        Assert.Contains(similar, item => (string)item["item"]! == "twin");
        JsonNode[] visitor = Ranked("recommend", "--run", run, "--liked", "twin,texts only", "--count", "20");
        Assert.Equal(PictureShop.Items, visitor.Length);
        Assert.All(visitor, item => Assert.NotNull(item["title"]));
    }

    [Fact]
    public void A_modality_made_of_a_file_of_texts_asks_for_ready_vectors_and_for_no_picture()
    {
        string data = PictureShop.Create(work), run = work.New("run"), file = work.New("new") + ".jsonl";
        File.WriteAllLines(Path.Combine(data, "descriptions.jsonl"), Enumerable.Range(0, PictureShop.Items).Select(item => $$"""{"item": "p{{item}}", "text": "a {{PictureShop.ColorOf(item)}} thing"}"""));
        Assert.Equal(0, work.Run("data", "encode", "--data", data, "--modality", "seen", "--texts", "descriptions").Code);
        Assert.Equal(0, work.Run(["train", "--data", data, "--model", "lirdrec", "--out", run, .. Workplace.Quick]).Code);
        string picture = Path.Combine(Path.GetDirectoryName(data)!, "2.png");
        File.WriteAllText(file, new JsonObject { ["item"] = "pictured", ["title"] = "red chair", ["image"] = picture }.ToJsonString() + "\n");
        Outcome bare = work.Run("items", "add", "--run", run, "--items", file);
        Assert.Equal(2, bare.Code);
        Assert.Contains("Item 'pictured' has no features, so nothing tells what it is like; expected features for 'seen'.", Assert.Single(bare.Errors), StringComparison.Ordinal);

        File.WriteAllText(file, $$$"""{"item": "ready", "features": {"seen": [{{{string.Join(", ", Enumerable.Range(1, 384))}}}]}}""" + "\n");
        Assert.Equal(0, work.Run("items", "add", "--run", run, "--items", file).Code);
    }

    [Fact]
    public void Items_are_checked_before_any_is_encoded_and_what_is_of_no_use_is_said()
    {
        string data = PictureShop.Create(work), run = work.New("run"), file = work.New("new") + ".jsonl";
        Assert.Equal(0, work.Run("data", "encode", "--data", data).Code);
        Assert.Equal(0, work.Run(["train", "--data", data, "--model", "lirdrec", "--out", run, .. Workplace.Quick]).Code);
        File.WriteAllText(file, "{\"item\": \"good\", \"title\": \"red chair\"}\n{\"item\": \"p2\", \"title\": \"red chair\"}\n");
        Outcome taken = work.Run("items", "add", "--run", run, "--items", file);
        Assert.Contains($"Line 2 of '{file}': The run has an item 'p2' already", Assert.Single(taken.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain("1/2", taken.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("2/2", taken.Error, StringComparison.Ordinal);

        File.WriteAllText(file, "{\"item\": \"good\", \"title\": \"red chair\", \"image\": \"https://x.org/a.png\", \"colour\": \"red\"}\n");
        Outcome usable = work.Run("items", "add", "--run", run, "--items", file);

        Assert.Equal(0, usable.Code);
        Assert.Contains("the first is 'good': its image is at the address 'https://x.org/a.png'; download it and name the file.", usable.Error, StringComparison.Ordinal);
        Assert.Contains("note: No modality of the run is made of 'colour', so it is left out; texts that count are title", usable.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_read_as_an_import_reads_them()
    {
        string data = PictureShop.Create(work), run = work.New("run"), file = work.New("new") + ".jsonl";
        Assert.Equal(0, work.Run("data", "encode", "--data", data).Code);
        Assert.Equal(0, work.Run(["train", "--data", data, "--model", "lirdrec", "--out", run, .. Workplace.Quick]).Code);
        File.WriteAllText(
            file,
            """{"sku": 901, "title": "<b>red</b> chair", "price": 12.5, "tags": ["new", "red"], "subtitle": null, "features": ["stackable"], "inStock": true}""" + "\n"
            + """{"sku": 902, "title": "red chair"}""" + "\n");
        Outcome outcome = work.Run("items", "add", "--run", run, "--items", file);
        Assert.Equal(0, outcome.Code);
        Assert.Contains($"note: What '{file}' has in 'inStock' is not text and was left out.", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("note: No modality of the run is made of 'price', 'tags', 'features', so they are left out", outcome.Error, StringComparison.Ordinal);
        JsonNode twin = Ranked("similar", "--run", run, "--item", "902", "--count", "1")[0];
        Assert.Equal(("901", "red chair"), ((string)twin["item"]!, (string)twin["title"]!));
        Assert.Equal(1, (double)twin["score"]!, 1e-5);
    }

    [Fact]
    public void An_update_replaces_what_it_gives_and_leaves_the_rest()
    {
        string run = work.Train(), file = work.File("update.jsonl", "{\"item\": \"4\", \"title\": \"red chair\"}\n");
        JsonNode[] before = Ranked("similar", "--run", run, "--item", "4", "--count", "40");
        Outcome outcome = work.Run("items", "add", "--run", run, "--items", file, "--update", "--json");
        Assert.Equal((0, 0, 1), (outcome.Code, (int)outcome.Json["added"]!, (int)outcome.Json["updated"]!));
        Assert.Equal(before.Select(item => item.ToJsonString()), Ranked("similar", "--run", run, "--item", "4", "--count", "40").Select(item => item.ToJsonString()));
        Assert.Equal("red chair", (string)Ranked("similar", "--run", run, "--item", "5", "--count", "40").Single(item => (string)item["item"]! == "4")["title"]!);
    }

    private JsonNode[] Ranked(params string[] command) => [.. work.Run([.. command, "--json"]).Json["items"]!.AsArray().Select(item => item!)];

    /// <summary>A line for a new item with the features of one of the data set's.</summary>
    private string Line(string id, int item)
    {
        var features = new JsonObject();
        foreach (Modality modality in DatasetReader.Read(work.Data).Modalities)
            features[modality.Name] = new JsonArray([.. modality.Features.Row(item).ToArray().Select(value => JsonValue.Create(value))]);
        return new JsonObject { ["item"] = id, ["title"] = string.Create(CultureInfo.InvariantCulture, $"Thing {id}"), ["features"] = features }.ToJsonString();
    }
}
