using System.Text.Json;
using System.Text.Json.Serialization;
using Tessera.Data.Storage;

namespace Tessera.Data.Tests.Storage;

public sealed class SourceTextTests
{
    [Theory]
    [InlineData("{\"a\" 1}", "'1' is invalid after a property name. Expected a ':'")]
    [InlineData("{\n\"a\": 1,\n\"b\" 2}", "'2' is invalid after a property name. Expected a ':' (line 3)")]
    public void What_JSON_lacks_is_told_without_DotNets_places(string json, string expected)
    {
        JsonException cause = Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(json));
        Assert.StartsWith(expected, SourceText.Reason(cause), StringComparison.Ordinal);
        Assert.DoesNotContain("BytePosition", SourceText.Reason(cause), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"numbers": [1, "two"]}""", "'numbers[1]' is not a number")]
    [InlineData("""{"numbers": 1}""", "'numbers' is not a list")]
    [InlineData("""{"numbers": null}""", "'numbers' is null, where something is expected")]
    [InlineData("""{"numbers": [1], "count": 1.5}""", "'count' is not a whole number of at most 2,147,483,647")]
    [InlineData("""{"numbers": [1], "flag": "yes"}""", "'flag' is not true or false")]
    [InlineData("""{"numbers": [1], "texts": []}""", "'texts' is not an object")]
    [InlineData("""{"numbers": [1], "texts": { "a b": 1 }}""", "'texts['a b']' is not a text")]
    [InlineData("""{"numbers": [1], "time": "now"}""", "'time' is not a time, such as 2026-01-31T12:00:00Z")]
    [InlineData("""{"numbers": [1], "wait": "long"}""", "'wait' is of another kind than expected")]
    [InlineData("[]", "the whole is not an object")]
    [InlineData("""{"numbers": [1], "names": []}""", "'names' is no key that is known there")]
    [InlineData("{}", "it lacks 'numbers'")]
    public void What_a_record_lacks_is_told_without_the_names_of_types(string json, string expected)
    {
        var strict = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectRequiredConstructorParameters = true,
            RespectNullableAnnotations = true,
        };
        Assert.Equal(expected, SourceText.Reason(Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<Record>(json, strict))));
    }

    [Fact]
    public void A_reason_is_one_line_without_its_full_stop() => Assert.Equal("one two", SourceText.Reason(new InvalidOperationException("one\ntwo.")));

    private sealed record Record(IReadOnlyList<double> Numbers, DateTimeOffset Time = default, TimeSpan Wait = default)
    {
        public int Count { get; init; }

        public bool? Flag { get; init; }

        public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();
    }
}
