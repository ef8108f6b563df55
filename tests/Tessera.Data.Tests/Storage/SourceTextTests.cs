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
    [InlineData("""{"numbers": [1, "two"]}""", "'numbers[1]' is of another kind than expected")]
    [InlineData("""{"numbers": 1}""", "'numbers' is of another kind than expected")]
    [InlineData("[]", "'the whole' is of another kind than expected")]
    [InlineData("""{"numbers": [1], "names": []}""", "'names' is no key that is known there")]
    [InlineData("{}", "it lacks 'numbers'")]
    public void What_a_record_lacks_is_told_without_the_names_of_types(string json, string expected)
    {
        var strict = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectRequiredConstructorParameters = true,
        };
        Assert.Equal(expected, SourceText.Reason(Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<Record>(json, strict))));
    }

    [Fact]
    public void A_reason_is_one_line_without_its_full_stop() => Assert.Equal("one two", SourceText.Reason(new InvalidOperationException("one\ntwo.")));

    private sealed record Record(IReadOnlyList<double> Numbers);
}
