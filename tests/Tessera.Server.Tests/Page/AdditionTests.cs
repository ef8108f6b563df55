using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Tessera.Server.Tests.Page;

/// <summary>The first item of one's own.</summary>
public sealed class AdditionTests(Shop shop) : IClassFixture<Shop>
{
    private const string Drop = """
        bytes => {
          const files = new DataTransfer();
          files.items.add(new File([Uint8Array.from(atob(bytes), letter => letter.charCodeAt(0))], 'Hall_lamp.png', { type: 'image/png' }));
          dispatchEvent(new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true }));
        }
        """;

    [Fact]
    public async Task A_picture_that_is_dropped_has_neighbors_before_it_is_saved_and_is_found_and_recommended_then()
    {
        await using Visit visit = await shop.VisitAsync();
        await visit.GoAsync("catalog");
        await visit.Page.EvaluateAsync(Drop, Convert.ToBase64String(Shop.Picture(isLamp: true, 9)));
        ILocator found = visit.Page.Locator(".found");
        await found.GetByText("Told by image.").WaitForAsync();
        await visit.UntilAsync("() => document.querySelector('.found .name').textContent.startsWith('Red lamp')");
        Assert.Equal(8, await found.GetByText("% alike").CountAsync());
        Assert.All(await found.Locator(".chip").AllInnerTextsAsync(), user => Assert.InRange(int.Parse(user), 0, 11)); // the shoppers of lamps
        Assert.Equal(404, (int)(await shop.Client.GetAsync("/v1/items/hall_lamp")).StatusCode);
        Assert.Equal(["hall_lamp", "Hall lamp"], [await visit.Page.GetByLabel("Id").InputValueAsync(), await visit.Page.GetByLabel("Title").InputValueAsync()]);

        await visit.Page.GetByLabel("Name of attribute 1").FillAsync("price");
        await visit.Page.GetByLabel("Value of attribute 1").FillAsync("19.90");
        await visit.Button("Save").ClickAsync();
        await visit.Page.Locator(".done").WaitForAsync();
        JsonNode item = (await shop.SendAsync(HttpMethod.Get, "/v1/items/hall_lamp"))!;
        Assert.Equal(("Hall lamp", 19.9, "image/png"), ((string)item["title"]!, (double)item["attributes"]!["price"]!, (string)item["imageType"]!));
        Assert.Equal(Shop.Picture(isLamp: true, 9), await shop.Client.GetByteArrayAsync("/v1/items/hall_lamp/image"));

        await visit.Page.GetByLabel("Search").FillAsync("hall");
        await visit.UntilAsync("() => document.querySelectorAll('.grid > li').length === 1 && document.querySelector('.grid > li .cold')");
        await visit.Page.Locator(".grid a").ClickAsync();
        await visit.ReadyAsync("Item");
        Assert.Contains("knows it by its image", await visit.Page.Locator(".facts").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("Red lamp", await visit.Page.Locator(".likeness > div").First.InnerTextAsync(), StringComparison.Ordinal);
        await visit.Button("Delete").ClickAsync();
        await visit.Page.Locator("dialog").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await visit.ReadyAsync("Catalog");
    }

    [Fact]
    public async Task What_is_refused_is_said_where_it_happened()
    {
        Visit visit = await shop.VisitAsync();
        await visit.GoAsync("catalog");
        await visit.Button("Add one without a picture").ClickAsync();
        await visit.Page.GetByLabel("Id").FillAsync("3");
        await visit.Button("Save").ClickAsync();
        string problem = await visit.Page.GetByRole(AriaRole.Form, new() { Name = "New item" }).GetByRole(AriaRole.Alert).InnerTextAsync();
        Assert.Contains("The item '3' has version", problem, StringComparison.Ordinal);
        Assert.Equal("Red lamp 3", (string)(await shop.SendAsync(HttpMethod.Get, "/v1/items/3"))!["title"]!);
        Assert.Contains("412", Assert.Single(visit.Complaints), StringComparison.Ordinal); // the browser's own line
        await visit.Page.CloseAsync();
    }
}
