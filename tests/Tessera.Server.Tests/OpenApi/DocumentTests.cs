using System.Text.Json.Nodes;
using Tessera.Server.OpenApi;

namespace Tessera.Server.Tests.OpenApi;

public sealed class DocumentTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Every_operation_says_what_it_does_what_it_needs_and_how_it_is_refused()
    {
        JsonNode document = await DocumentAsync();
        Assert.Equal("bearer", (string)document["components"]!["securitySchemes"]!["key"]!["scheme"]!);
        (string Path, string Method, JsonNode Operation)[] operations = [.. OperationsOf(document)];
        Assert.True(operations.Length >= 25, $"{operations.Length} operations");
        foreach ((string path, string method, JsonNode operation) in operations)
        {
            Assert.False(string.IsNullOrEmpty((string?)operation["summary"]), $"{method} {path} has no summary");
            Assert.Single(operation["security"]!.AsArray());
            foreach (string status in new[] { "400", "401", "403", "422", "429", "503" }) Assert.NotNull(operation["responses"]![status]);
            foreach ((string status, JsonNode? response) in operation["responses"]!.AsObject().Where(response => response.Key[0] is '4' or '5'))
                Assert.True((string?)response!["content"]?["application/problem+json"]?["schema"]?["$ref"] == "#/components/schemas/ProblemDetails", $"{method} {path} {status}");
        }
    }

    [Fact]
    public async Task Each_example_is_there_and_works()
    {
        await server.SendAsync(HttpMethod.Put, "/v1/items/i1", """{ "title": "x" }""");
        JsonNode document = await DocumentAsync();
        string model = (string)(await server.SendAsync(HttpMethod.Get, "/v1/models"))["models"]![0]!["id"]!;
        int sent = 0;
        foreach ((string path, string method, JsonNode operation) in OperationsOf(document))
        {
            string name = (string)operation["operationId"]!;
            if (!Examples.Requests.TryGetValue(name, out string? example)) continue;
            JsonNode content = operation["requestBody"]!["content"]!.AsObject().First().Value!;
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(example), content["example"]), $"{name} shows another example");
            string to = path.Replace("{alias}", "champion", StringComparison.Ordinal).Replace("{id}", "i1", StringComparison.Ordinal);
            await server.SendAsync(new HttpMethod(method.ToUpperInvariant()), to, example.Replace("\"demo\"", $"\"{model}\"", StringComparison.Ordinal));
            sent++;
        }

        Assert.Equal(Examples.Requests.Count, sent);
    }

    [Fact]
    public async Task Attributes_are_texts_numbers_truth_values_or_lists()
    {
        JsonNode document = await DocumentAsync();
        string text = document["components"]!["schemas"]!.ToJsonString();
        Assert.Contains("A text, a number, true or false, or a list of texts.", text, StringComparison.Ordinal);
        Assert.NotNull(document["components"]!["schemas"]!["RecommendationRequest"]!["properties"]!["session"]);
    }

    [Fact]
    public async Task A_problem_has_a_status_and_a_sentence()
    {
        JsonNode problem = (await DocumentAsync())["components"]!["schemas"]!["ProblemDetails"]!;
        foreach (string name in new[] { "status", "detail" }) Assert.NotNull(problem["properties"]![name]);
    }

    [Theory]
    [InlineData("/v1/aliases/{alias}", "put", "alias", "champion", "challenger")]
    [InlineData("/v1/aliases/{alias}", "delete", "alias", "challenger")]
    [InlineData("/v1/imports", "post", "kind", "items", "events")]
    [InlineData("/v1/exports/{kind}", "get", "kind", "items", "events", "users")]
    public async Task A_parameter_of_a_few_words_names_them(string path, string method, string name, params string[] words)
    {
        JsonNode operation = (await DocumentAsync())["paths"]![path]![method]!;
        JsonNode parameter = Assert.Single(operation["parameters"]!.AsArray(), one => (string)one!["name"]! == name)!;
        Assert.Equal(words, parameter["schema"]!["enum"]!.AsArray().Select(word => (string)word!));
    }

    [Fact]
    public async Task The_manual_names_every_operation_with_its_scope()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "docs", "manual.md"))) folder = Path.GetDirectoryName(folder);
        Assert.True(folder is not null, "There is no docs/manual.md above the tests.");
        string[][] rows = [.. File.ReadLines(Path.Combine(folder, "docs", "manual.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split(" | "))];
        foreach ((string path, string method, JsonNode operation) in OperationsOf(await DocumentAsync()))
        {
            string place = path switch
            {
                "/v1/aliases/{alias}" => method == "put" ? "/v1/aliases/champion" : "/v1/aliases/challenger",
                "/v1/exports/{kind}" => "/v1/exports/items",
                "/v1/imports" => "/v1/imports?kind=items",
                _ => path,
            };
            string[] row = Assert.Single(
                rows, cells => cells[0].Contains($"{place}`", StringComparison.Ordinal) && cells[0].Contains(method.ToUpperInvariant(), StringComparison.Ordinal));
            string said = row[1].Contains("; `GET` ", StringComparison.Ordinal) && method == "get" ? row[1].Split("; `GET` ")[1] : row[1].Split(';')[0];
            Assert.Equal($"{path}: Needs a key with the scope `{said}`.", $"{path}: {operation["description"]}");
        }
    }

    internal static IEnumerable<(string Path, string Method, JsonNode Operation)> OperationsOf(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Key is "get" or "put" or "post" or "patch" or "delete"
        where path.Key.StartsWith("/v1/", StringComparison.Ordinal)
        select (path.Key, operation.Key, operation.Value!);

    private Task<JsonNode> DocumentAsync() => server.SendAsync(HttpMethod.Get, "/openapi/v1.json");
}
