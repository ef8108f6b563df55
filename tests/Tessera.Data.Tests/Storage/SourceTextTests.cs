using System.Text.Json;
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

    [Fact]
    public void A_reason_is_one_line_without_its_full_stop() => Assert.Equal("one two", SourceText.Reason(new InvalidOperationException("one\ntwo.")));
}
