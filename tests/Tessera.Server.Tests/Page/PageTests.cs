namespace Tessera.Server.Tests.Page;

/// <summary>The tests of the page share a shop, and come one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class PageTests : ICollectionFixture<Shop>
{
    public const string Name = "page";
}
