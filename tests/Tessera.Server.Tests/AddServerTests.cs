using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Tessera.Server.Tests;

public sealed class AddServerTests
{
    [Fact]
    public void A_service_with_a_name_has_no_endpoints()
    {
        NotSupportedException refusal = Assert.Throws<NotSupportedException>(() => new ServiceCollection().AddTessera("books").AddServer());
        Assert.Contains("'books' has one; expected AddTessera() without a name", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_the_server_does_not_have_are_refused()
    {
        IConfiguration settings = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Tessera:Server:RequestPerSecond", (string?)"200")]).Build();
        var services = new ServiceCollection();
        services.AddSingleton(settings).AddTessera(options => options.Model = "run").AddServer();
        using ServiceProvider provider = services.BuildServiceProvider();
        OptionsValidationException refusal = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
        Assert.Equal("There is no setting Tessera:Server:RequestPerSecond; did you mean Tessera:Server:RequestsPerSecond?", refusal.Message);
    }
}
