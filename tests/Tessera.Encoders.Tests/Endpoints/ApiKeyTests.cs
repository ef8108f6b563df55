using Tessera.Data;
using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Tests.Endpoints;

public sealed class ApiKeyTests
{
    [Fact]
    public void A_key_given_in_place_of_the_name_of_a_variable_is_not_shown()
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => ApiKey.FromEnvironment("sk-pasted-0123456789"));
        Assert.Contains("The environment variable for the API key is not set", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-pasted", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    [InlineData("schlüssel")]
    [InlineData("")]
    public void What_no_header_carries_is_no_key_and_is_not_quoted(string text)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => new ApiKey(text));
        if (text.Length > 0) Assert.DoesNotContain(text, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:8000")]
    [InlineData("ftp://localhost/v1")]
    [InlineData("v1")]
    public void An_address_that_is_none_is_quoted(string text)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => EndpointOptions.ParseAddress(text));
        Assert.Contains($"'{text}' is no http or https address", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://user:hush@host/v1")]
    [InlineData("https://host/v1?key=hush")]
    public void An_address_with_a_secret_is_refused_without_quoting_it(string text)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => EndpointOptions.ParseAddress(text));
        Assert.DoesNotContain("hush", e.Message, StringComparison.Ordinal);
    }
}
