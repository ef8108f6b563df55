using System.Text.Json.Nodes;
using Tessera.Server.Tests.OpenApi;

namespace Tessera.Server.Tests.Endpoints;

public sealed class QueryTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task A_misspelled_parameter_is_refused_with_those_that_the_address_takes()
    {
        foreach ((HttpMethod method, string path, string found) in new[]
        {
            (HttpMethod.Get, "/v1/users/0/recommendations?limt=5", "'limt'; expected some of count, model"),
            (HttpMethod.Get, "/v1/items?limit=5&offset=2", "'offset'; expected some of after, limit, q"),
            (HttpMethod.Get, "/v1/users/0?id=1", "'id'; expected limit"),
            (HttpMethod.Get, "/v1/status?key=secret", "'key'; expected none, for the address takes no parameters"),
            (HttpMethod.Post, "/v1/recommendations?count=3", "'count'; expected none, for the address takes no parameters"),
        })
            Assert.Equal((400, $"The address takes no parameter {found}."), await server.RefusedAsync(method, path, method == HttpMethod.Post ? "{}" : null));
        using HttpClient nobody = server.ClientWith(null);
        Assert.Equal(401, (await server.RefusedAsync(HttpMethod.Get, "/v1/items?limt=5", client: nobody)).Status); // who has no key learns nothing
    }

    [Theory]
    [InlineData("items", 0)]
    [InlineData("items", 1001)]
    [InlineData("users/somebody", 0)]
    [InlineData("jobs", 1001)]
    [InlineData("events/rejected", -1)]
    public async Task A_page_without_a_size_or_too_large_is_refused(string path, int limit) => Assert.Equal(
        (422, $"'limit' is {limit}; expected a whole number from 1 to 1,000."), await server.RefusedAsync(HttpMethod.Get, $"/v1/{path}?limit={limit}"));

    [Fact]
    public async Task Every_address_takes_the_parameters_that_its_description_names_and_no_others()
    {
        JsonNode document = await server.SendAsync(HttpMethod.Get, "/openapi/v1.json");
        foreach ((string path, string method, JsonNode operation) in DocumentTests.OperationsOf(document))
        {
            string[] names = [.. (operation["parameters"]?.AsArray() ?? []).Where(one => (string)one!["in"]! == "query").Select(one => (string)one!["name"]!)];
            string query = string.Concat(names.Select(name => $"{name.ToUpperInvariant()}=1&"));
            (int status, string detail) = await server.RefusedAsync(new HttpMethod(method.ToUpperInvariant()), $"{path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)}?{query}other=1");
            Assert.Equal(400, status);
            Assert.StartsWith("The address takes no parameter 'other'; expected ", detail, StringComparison.Ordinal);
            string expected = detail[(detail.IndexOf("expected ", StringComparison.Ordinal) + "expected ".Length)..].Replace("some of ", "", StringComparison.Ordinal).TrimEnd('.');
            Assert.Equal(names.Length == 0 ? "none, for the address takes no parameters" : string.Join(", ", names), expected);
        }
    }
}
