using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Tessera.Encoders.Endpoints;
using Tessera.ModelServer;

namespace Tessera.Cli.Tests;

/// <summary>The server that the other tests ask answers as OpenAI's API reference says.</summary>
public sealed class ModelServerAnswerTests : IClassFixture<ModelServerAnswerTests.Server>, IDisposable
{
    private const string Key = "sk-answers-0123456789";
    private readonly HttpClient _client = new();
    private readonly Uri _address;

    public ModelServerAnswerTests(Server server)
    {
        _address = server.Process.Address;
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    [Fact]
    public async Task Models_are_listed()
    {
        JsonNode list = (await AskAsync(HttpMethod.Get, "models")).Body;
        Assert.Equal(["all-MiniLM-L6-v2", "palette"], list["data"]!.AsArray().Select(model => (string)model!["id"]!));
        Assert.Equal("palette", (string)(await AskAsync(HttpMethod.Get, "models/palette")).Body["id"]!);
    }

    [Fact]
    public async Task Vectors_come_as_numbers_or_base64_with_the_tokens_they_cost()
    {
        JsonNode numbers = (await AskAsync(HttpMethod.Post, "embeddings", """{"model": "all-MiniLM-L6-v2", "input": ["a red chair", "a sofa"]}""")).Body;
        JsonNode encoded = (await AskAsync(
            HttpMethod.Post, "embeddings", """{"model": "all-MiniLM-L6-v2", "input": ["a red chair", "a sofa"], "encoding_format": "base64"}""")).Body;
        foreach ((JsonNode? one, JsonNode? other) in numbers["data"]!.AsArray().Zip(encoded["data"]!.AsArray()))
        {
            float[] vector = [.. one!["embedding"]!.AsArray().Select(number => (float)number!)];
            Assert.Equal((384, (int)other!["index"]!), (vector.Length, (int)one["index"]!));
            Assert.Equal(1, vector.Sum(number => number * number), 1e-4f);
            Assert.Equal(vector, MemoryMarshal.Cast<byte, float>(Convert.FromBase64String((string)other["embedding"]!)).ToArray());
        }

        Assert.Equal((9, 9), ((int)numbers["usage"]!["prompt_tokens"]!, (int)numbers["usage"]!["total_tokens"]!)); // [CLS] a red chair [SEP] [CLS] a sofa [SEP]
    }

    [Fact]
    public async Task A_description_is_cut_at_the_most_tokens()
    {
        string url = $"data:image/png;base64,{Convert.ToBase64String(SamplePng.Create(0))}";
        string Body(int most) => $$$"""
            {"model": "palette", "max_tokens": {{{most}}}, "messages": [{"role": "user", "content": [
              {"type": "text", "text": "Which colors?"}, {"type": "image_url", "image_url": {"url": "{{{url}}}"}}]}]}
            """;
        JsonNode whole = (await AskAsync(HttpMethod.Post, "chat/completions", Body(100))).Body;
        JsonNode cut = (await AskAsync(HttpMethod.Post, "chat/completions", Body(12))).Body;
        string text = (string)whole["choices"]![0]!["message"]!["content"]!, start = (string)cut["choices"]![0]!["message"]!["content"]!;
        Assert.Equal(("stop", "length"), ((string?)whole["choices"]![0]!["finish_reason"], (string?)cut["choices"]![0]!["finish_reason"]));
        Assert.EndsWith("A square picture, mostly gray, of medium brightness.", text, StringComparison.Ordinal);
        Assert.StartsWith(start, text, StringComparison.Ordinal);
        Assert.Equal((9, 9), ((int)whole["usage"]!["prompt_tokens"]!, (int)cut["usage"]!["prompt_tokens"]!));
        Assert.InRange((int)cut["usage"]!["completion_tokens"]!, 8, 12);
    }

    [Theory]
    [InlineData(401, "invalid_api_key", "GET", "models", "", "sk-wrong")]
    [InlineData(401, null, "GET", "models", "", null)]
    [InlineData(404, "unknown_url", "POST", "completions", "{}")]
    [InlineData(404, "model_not_found", "GET", "models/gpt", "")]
    [InlineData(404, "model_not_found", "POST", "embeddings", """{"model": "palette", "input": "x"}""")]
    [InlineData(404, "model_not_found", "POST", "chat/completions", """{"model": "all-MiniLM-L6-v2"}""")]
    [InlineData(405, "method_not_supported", "GET", "embeddings", "")]
    [InlineData(400, null, "POST", "embeddings", "{")]
    [InlineData(400, "missing_required_parameter", "POST", "embeddings", """{"input": "x"}""")]
    [InlineData(400, "missing_required_parameter", "POST", "embeddings", """{"model": "all-MiniLM-L6-v2"}""")]
    [InlineData(400, "invalid_value", "POST", "embeddings", """{"model": "all-MiniLM-L6-v2", "input": [""]}""")]
    [InlineData(400, "invalid_value", "POST", "embeddings", """{"model": "all-MiniLM-L6-v2", "input": []}""")]
    [InlineData(400, "unsupported_parameter", "POST", "embeddings", """{"model": "all-MiniLM-L6-v2", "input": "x", "dimensions": 8}""")]
    [InlineData(400, "invalid_type", "POST", "chat/completions", """{"model": "palette", "messages": "x"}""")]
    [InlineData(400, "invalid_image_format", "POST", "chat/completions",
        """{"model": "palette", "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]}]}""")]
    public async Task Errors_have_status_and_code(int status, string? code, string method, string path, string body, string? key = Key)
    {
        _client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        (HttpStatusCode found, JsonNode answer) = await AskAsync(new HttpMethod(method), path, body);
        Assert.Equal((status, code), ((int)found, (string?)answer["error"]!["code"]));
        Assert.Equal("invalid_request_error", (string?)answer["error"]!["type"]);
        Assert.NotEmpty((string)answer["error"]!["message"]!);
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_refused()
    {
        string text = string.Join(' ', Enumerable.Repeat("chair", 300));
        (HttpStatusCode status, JsonNode answer) = await AskAsync(HttpMethod.Post, "embeddings", $$"""{"model": "all-MiniLM-L6-v2", "input": "{{text}}"}""");
        Assert.Equal((HttpStatusCode.BadRequest, "context_length_exceeded"), (status, (string?)answer["error"]!["code"]));
    }

    public void Dispose() => _client.Dispose();

    private async Task<(HttpStatusCode Status, JsonNode Body)> AskAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, $"{_address}/{path}");
        if (method == HttpMethod.Post) request.Content = new StringContent(body!, MediaTypeHeaderValue.Parse("application/json"));
        using HttpResponseMessage response = await _client.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public sealed class Server : IDisposable
    {
        public ModelServerProcess Process { get; } = ModelServerProcess.Start("--key", Key);

        public void Dispose() => Process.Dispose();
    }
}
