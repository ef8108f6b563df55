using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Endpoints;
using Tessera.Encoders.Tests.Endpoints;

namespace Tessera.Encoders.Tests.Encodings;

public sealed class ImageDescriptionTests : IDisposable
{
    private const string Key = "sk-never-to-be-seen-0123456789";
    private readonly FakeServer _server = new();
    private readonly Folder _folder = new();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Images_are_described_and_the_descriptions_become_a_modality()
    {
        ItemTable table = _folder.Images(3);
        EncodingResult result = await DescribeAsync(table);
        Assert.Equal((3, 0), (result.Encoded, result.Failures.Count));
        FakeRequest request = _server.Requests.Single(r => r.Image == $"data:image/png;base64,{Convert.ToBase64String(Folder.Png(1))}");
        Assert.Equal("What is it?", (string?)request.Parts[0]!["text"]);
        Assert.Equal(0, (float)request.Body["temperature"]!);
        Assert.Equal((300, false), ((int)request.Body["max_tokens"]!, request.Body.ContainsKey("max_completion_tokens")));

        ItemTextFile file = ItemTextFile.Read(ItemTextFile.PathOf(_folder.Path, "descriptions"));
        Assert.Equal(3, file.Texts.Count);
        string[] texts = [.. table.Ids.Select(id => file.Texts[id])];
        Assert.Equal(3, texts.Distinct().Count());
        Assert.All(texts, text => Assert.StartsWith("Seen ", text, StringComparison.Ordinal));
        var options = new EncodingOptions { Texts = "descriptions", Endpoint = _server.Options(Key), CacheFile = _folder.CachePath };
        await new FeatureEncoding(table, new EncoderChoice("image", EncoderChoice.Endpoint, EncoderChoice.Texts), options).EncodeAsync();
        Assert.Equal(texts.Select(text => FakeServer.VectorOf(text)), _folder.Rows("image", table));
    }

    [Fact]
    public async Task A_second_run_asks_only_about_what_changed()
    {
        await DescribeAsync(_folder.Images(3));
        ItemTable table = _folder.Images(3);
        File.WriteAllBytes(_folder.File("1.png"), Folder.Png(99));
        _server.Requests.Clear();
        EncodingResult result = await DescribeAsync(table, replace: true);
        Assert.Equal((1, 2), (result.Encoded, result.Cached));
        Assert.Contains(Convert.ToBase64String(Folder.Png(99)), Assert.Single(_server.Requests).Image, StringComparison.Ordinal);
        await DescribeAsync(table, replace: true, prompt: "And now?");
        Assert.Equal(4, _server.Requests.Count);
    }

    [Fact]
    public async Task Bad_images_are_listed_with_their_reasons_and_the_others_described()
    {
        _folder.Images(2);
        File.WriteAllBytes(_folder.File("empty.png"), []);
        File.WriteAllText(_folder.File("page.jpg"), "<html>not found</html>");
        ItemTable table = _folder.Items(
            ("good", null, "0.png"), ("none", "text", null), ("gone", null, "gone.jpg"), ("empty", null, "empty.png"), ("page", null, "page.jpg"),
            ("far", null, "https://example.org/1.jpg"), ("folder", null, "."), ("refused", null, "1.png"));
        string image = Convert.ToBase64String(Folder.Png(1));
        _server.Otherwise = request => request.Image.Contains(image, StringComparison.Ordinal) ? FakeAnswer.Error(400, "image too small") : null;
        EncodingResult result = await DescribeAsync(table);
        Assert.Equal(7, result.Failures.Count);
        (string Item, string Reason)[] failures = _folder.Failures("descriptions");
        Assert.Equal(["none", "gone", "empty", "page", "far", "folder", "refused"], failures.Select(failure => failure.Item));
        foreach ((string found, (string _, string reason)) in new[]
        {
            "it names no image", "gone.jpg' does not exist", "empty.png' has 0 bytes", "page.jpg' is no image in PNG, JPEG, WebP, GIF or BMP",
            "download it and name the file", "is a folder; expected a file", "image too small",
        }.Zip(failures))
            Assert.Contains(found, reason, StringComparison.Ordinal);
        Assert.Equal("""{"item":"good","text":"Seen """, Assert.Single(File.ReadAllLines(_folder.File("descriptions.jsonl")))[..28]);
    }

    [Fact]
    public async Task A_model_without_a_word_to_say_is_a_failure()
    {
        ItemTable table = _folder.Images(2);
        _server.Next(FakeServer.Completion("  "), FakeServer.Completion("A chair."));
        await DescribeAsync(table, parallel: 1);
        Assert.Equal([("a0", "the model's description of it is empty")], _folder.Failures("descriptions"));
    }

    [Fact]
    public async Task A_model_without_a_word_to_say_of_anything_ends_the_run()
    {
        _server.Otherwise = _ => FakeServer.Completion("");
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => DescribeAsync(_folder.Images(50)));
        Assert.Contains("'fake-model' gives nothing that can be used (the model's description of it is empty)", e.Message, StringComparison.Ordinal);
        Assert.InRange(_server.Requests.Count, 4, 12);
    }

    [Fact]
    public async Task Descriptions_that_are_cut_are_counted_and_those_without_a_word_name_the_remedy()
    {
        ItemTable table = _folder.Images(3);
        _server.Next(FakeServer.Completion("", "length"), FakeServer.Completion("A red", "length"), FakeServer.Completion("A chair.", "stop"));
        EncodingResult result = await DescribeAsync(table, parallel: 1);
        Assert.Equal((2, 1), (result.Encoded, result.Truncated));
        Assert.Equal([("a0", "the answer was cut off at 300 tokens, before the first word; raise --max-tokens")], _folder.Failures("descriptions"));
        Assert.Equal("A red", File.ReadLines(_folder.File("descriptions.jsonl")).Select(line => (string)JsonNode.Parse(line)!["text"]!).First());
    }

    [Theory]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"choices":[{"index":0,"message":{"role":"assistant","content":"A"},"finish_reason":"tired"}]}""")]
    [InlineData("pardon?")]
    public async Task An_answer_that_is_none_is_asked_for_again(string body)
    {
        ItemTable table = _folder.Images(1);
        _server.Next(new FakeAnswer(200, body));
        EncodingResult result = await DescribeAsync(table);
        Assert.Empty(result.Failures);
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task A_run_that_ends_early_keeps_what_it_has_and_shows_no_key()
    {
        ItemTable table = _folder.Images(10);
        int answered = 0;
        _server.Otherwise = _ => Interlocked.Increment(ref answered) > 4 ? FakeAnswer.Error(401, $"Incorrect API key provided: {Key}") : null;
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => DescribeAsync(table, parallel: 1));
        Assert.Contains("Incorrect API key provided: [hidden]", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("descriptions.jsonl")));
        _server.Otherwise = _ => null;
        EncodingResult result = await DescribeAsync(table);
        Assert.Equal((6, 4), (result.Encoded, result.Cached));
        Assert.Equal(10, File.ReadAllLines(_folder.File("descriptions.jsonl")).Length);
        Assert.False(_folder.AnyFileHolds(System.Text.Encoding.UTF8.GetBytes(Key)));
    }

    [Fact]
    public async Task Descriptions_are_replaced_only_when_asked()
    {
        ItemTable table = _folder.Images(1);
        await DescribeAsync(table);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => new ImageDescription(table, replace: false));
        Assert.Contains("exists already; give --replace", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<InvalidInputException>(() => new ImageDescription(_folder.Texts(3), replace: true));
        Assert.Contains("names an image", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_image_can_be_described_nothing_is_written()
    {
        ItemTable table = _folder.Items(("a", null, "gone.png"));
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => DescribeAsync(table));
        Assert.Contains("None of the images of 1 item could be described (item 'a': its image", e.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
        Assert.False(File.Exists(_folder.File("descriptions.jsonl")));
    }

    [Fact]
    public async Task Where_no_image_can_be_described_any_more_the_old_descriptions_and_failures_stay()
    {
        File.WriteAllBytes(_folder.File("0.png"), Folder.Png(0));
        await DescribeAsync(_folder.Items(("a", null, "gone.png"), ("b", null, "0.png")));
        byte[] before = File.ReadAllBytes(_folder.File("descriptions.jsonl"));
        File.Delete(_folder.File("0.png"));
        await Assert.ThrowsAsync<InvalidInputException>(() => DescribeAsync(ItemTable.Open(_folder.Path), replace: true));
        Assert.Equal(before, File.ReadAllBytes(_folder.File("descriptions.jsonl")));
        Assert.Equal("a", Assert.Single(_folder.Failures("descriptions")).Item);
    }

    [Fact]
    public void The_default_prompt_asks_for_named_attributes()
    {
        foreach (string attribute in new[] { "Product type", "Colors", "Pattern", "Material", "Style", "Intended for", "Brand or text" })
            Assert.Contains(attribute, ImageDescription.DefaultPrompt, StringComparison.Ordinal);
    }

    private async Task<EncodingResult> DescribeAsync(ItemTable table, bool replace = false, string prompt = "What is it?", int parallel = 2)
    {
        var options = new EncodingOptions { Endpoint = _server.Options(Key), CacheFile = _folder.CachePath, ConcurrentRequests = parallel };
        return await new ImageDescription(table, replace).DescribeAsync(options, prompt, maxTokens: 300);
    }
}
