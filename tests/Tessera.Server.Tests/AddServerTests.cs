using Microsoft.Extensions.DependencyInjection;

namespace Tessera.Server.Tests;

public sealed class AddServerTests
{
    [Fact]
    public void A_service_with_a_name_has_no_endpoints()
    {
        NotSupportedException refusal = Assert.Throws<NotSupportedException>(() => new ServiceCollection().AddTessera("books").AddServer());
        Assert.Contains("'books' has one; expected AddTessera() without a name", refusal.Message, StringComparison.Ordinal);
    }
}
