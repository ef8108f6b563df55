using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data.Storage;

namespace Tessera.Data.Tests.Importing;

public sealed class PythonLiteralTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("{'asin': '01', 'price': 3.5, 'n': -7,}", """{"asin":"01","price":3.5,"n":-7}""")]
    [InlineData("{'title': \"It's \\\"new\\\"\"}", """{"title":"It's \"new\""}""")]
    [InlineData("{'title': 'It\\'s \"new\"'}", """{"title":"It's \"new\""}""")]
    [InlineData("{'c': [['a', u'b'], (), ('x',)], 'r': {'k': [True, False, None]}}", """{"c":[["a","b"],[],["x"]],"r":{"k":[true,false,null]}}""")]
    [InlineData("{'e': 'a\\n\\t\\\\ \\xe9 \\u65e5 \\U0001F600 \\101 \\q'}", """{"e":"a\n\t\\ é 日 😀 A \\q"}""")]
    [InlineData("{'é 日': 'ünï'}", """{"é 日":"ünï"}""")]
    [InlineData(" { 'a' : 1e3 } ", """{"a":1000}""")]
    public void Dictionaries_become_json(string python, string json) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(PythonLiteral.ToJson(Encoding.UTF8.GetBytes(python)))));

    [Theory]
    [InlineData("{'a': 'x", 9, "a closing '")]
    [InlineData("{'a': 'x\\", 10, "a character after the backslash")]
    [InlineData("{'a' 'x'}", 6, "':'")]
    [InlineData("{'a': 1 'b': 2}", 9, "','")]
    [InlineData("{1: 2}", 2, "a text in quotes")]
    [InlineData("{'a': __import__('os')}", 7, "a text, a number, a list or a dictionary")]
    [InlineData("{'a': nan}", 7, "a text, a number")]
    [InlineData("{'a': 1-2}", 10, "a number")]
    [InlineData("{'a': '\\x4'}", 10, "2 hexadecimal digits")]
    [InlineData("{'a': 1} {", 10, "the end of the line")]
    [InlineData("{'a': [1, 2}", 12, "','")]
    [InlineData("{'a': '\\U00110000'}", 18, "a character's code")]
    [InlineData("", 1, "a text, a number")]
    public void Other_texts_are_refused_with_their_place(string python, int at, string expected)
    {
        string message = Assert.ThrowsAny<JsonException>(() => PythonLiteral.ToJson(Encoding.UTF8.GetBytes(python))).Message;
        Assert.StartsWith($"neither JSON nor a Python dictionary: at character {at} it should have {expected}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bottomless_nesting_is_refused() =>
        Assert.Contains("at most 60 levels", Assert.ThrowsAny<JsonException>(() => PythonLiteral.ToJson(Encoding.UTF8.GetBytes(new string('[', 100_000)))).Message, StringComparison.Ordinal);
}
