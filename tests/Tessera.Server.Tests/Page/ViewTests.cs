using Microsoft.Playwright;

namespace Tessera.Server.Tests.Page;

/// <summary>Each view shows what the service knows, on a desk and on a phone.</summary>
public sealed class ViewTests(Shop shop) : IClassFixture<Shop>
{
    public static TheoryData<int> Widths { get; } = [1280, 400];

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Today_has_the_figures_of_the_last_minutes(int width)
    {
        await shop.SendAsync(HttpMethod.Get, "/v1/users/0/recommendations");
        await shop.SendAsync(HttpMethod.Get, "/v1/users/nobody/recommendations");
        await using Visit visit = await At("today", width);
        string[] tiles = [.. await visit.Page.Locator(".tile").AllInnerTextsAsync()];
        Assert.Equal(["Recommendations", "p99", "Fallbacks", "Model", "Items", "Log lag"], tiles.Select(tile => tile.Split('\n')[0]));
        Assert.True(int.Parse(Value(0)) >= 2, Value(0));
        Assert.Matches(@"^[\d.]+ (ms|seconds?)$", Value(1));
        Assert.Matches(@"^\d+ %$", Value(2));
        Assert.StartsWith("lirdrec-", Value(3), StringComparison.Ordinal);
        Assert.InRange(int.Parse(Value(4)), 24, 30); // other tests add items
        Assert.Equal("0", Value(5));
        Assert.Contains("No challenger is served", await visit.Section("Clicks by model").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Matches(@"Clicked\s+0.0 %, likely 0.0 % to", await visit.Page.Locator(".arms article").First.InnerTextAsync());

        string Value(int tile) => tiles[tile].Split('\n', StringSplitOptions.RemoveEmptyEntries)[1].Trim();
    }

    [Fact]
    public async Task A_rate_of_which_little_is_known_fills_no_bar()
    {
        await using Visit visit = await At("today", 1280);
        string[] drawn = await visit.Page.EvaluateAsync<string[]>("""
            async () => {
              const { interval, scaleOf } = await import('./figures.js');
              return [0.7935, 0.05, 0].map(high => `${scaleOf(high)} ${interval({ value: 0, low: 0, high }, scaleOf(high)).querySelector('.range').style.width}`);
            }
            """);
        Assert.Equal(["1 79.35%", "0.05 100%", "0.01 0%"], drawn);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Catalog_has_pictures_badges_search_and_pages(int width)
    {
        await using Visit visit = await At("catalog", width);
        ILocator items = visit.Section("All items").GetByRole(AriaRole.Listitem);
        Assert.Equal(24, await items.CountAsync());
        await visit.UntilAsync("() => document.querySelector('.grid img').naturalWidth === 64");
        Assert.Equal("Red lamp 0", await items.First.Locator(".name").InnerTextAsync());
        await visit.Page.GetByLabel("Search").FillAsync($"vase {Shop.WithoutPicture}");
        await visit.UntilAsync("() => document.querySelectorAll('.grid > li').length === 1");
        Assert.Equal(["Blue vase 23", "no image"], [await items.Locator(".name").InnerTextAsync(), await items.Locator(".badge").InnerTextAsync()]);
        Assert.EndsWith("#/catalog/vase%2023", visit.Page.Url, StringComparison.Ordinal);
        await visit.Page.GetByLabel("Search").FillAsync("unheard of");
        await visit.Page.GetByText("No item has “unheard of”.", new() { Exact = true }).First.WaitForAsync();
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Shopper_follows_each_click_and_says_why(int width)
    {
        await using Visit visit = await At("shopper", width);
        ILocator list = visit.Section("Recommended");
        Assert.Equal(12, await list.Locator(".recommended > li").CountAsync());
        Assert.Contains("popular with all", await list.InnerTextAsync(), StringComparison.Ordinal);
        await visit.Button("Red lamp 0").ClickAsync();
        await visit.Button("Red lamp 1").ClickAsync();
        await list.GetByText("suits this visit").First.WaitForAsync();
        await visit.UntilAsync("() => document.querySelector('.recommended > li:first-child .because a')?.textContent.includes('Red lamp')");
        string[] names = [.. await list.Locator(".why .name").AllInnerTextsAsync()];
        Assert.Equal(12, names.Length);
        Assert.All(names.Take(6), name => Assert.StartsWith("Red lamp", name, StringComparison.Ordinal)); // of this group are the lamps
        Assert.DoesNotContain("Red lamp 0", names);
        Assert.Matches(@"image −?\d+ %", await list.Locator(".shares").First.InnerTextAsync());

        await visit.Page.GetByLabel("Say why").UncheckAsync();
        await visit.UntilAsync("() => document.querySelectorAll('.recommended .shares').length === 0");
        await visit.Button("Take Red lamp 0 out of the visit").ClickAsync();
        await visit.Button("Take Red lamp 1 out of the visit").ClickAsync();
        await visit.Page.GetByLabel("Known shopper").FillAsync("13");
        await list.GetByText("suits what the shopper did").First.WaitForAsync();
        Assert.All(await list.Locator(".why .name").AllInnerTextsAsync(), name => Assert.StartsWith("Red lamp", name, StringComparison.Ordinal)); // who has all vases
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Item_has_neighbors_by_each_modality_and_rules_to_try(int width)
    {
        await using Visit visit = await At("item/2", width);
        foreach (string by in new[] { "by all", "by image", "by text" })
        {
            Assert.True(await visit.Heading(by, 3).IsVisibleAsync(), by);
        }

        ILocator byImage = visit.Page.Locator(".likeness > div", new() { Has = visit.Heading("by image", 3) });
        Assert.Equal(6, await byImage.GetByRole(AriaRole.Listitem).CountAsync());
        Assert.Contains("% alike", await byImage.InnerTextAsync(), StringComparison.Ordinal);

        await visit.Button("Pin it first").ClickAsync();
        await visit.Page.GetByLabel("Boost what shares").SelectOptionAsync("kind");
        await visit.Button("Boost").ClickAsync();
        await visit.Page.GetByText("What has kind lamp is raised by 50 %.").WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "See the shopper’s list" }).ClickAsync();
        await visit.ReadyAsync("Shopper");
        Assert.Equal("Red lamp 2", await visit.Page.Locator(".why .name").First.InnerTextAsync());
        Assert.Equal("promoted", await visit.Page.Locator(".why .badge").First.InnerTextAsync());
        await visit.Button("End pinned first: 2").ClickAsync();
        await visit.UntilAsync("() => !document.querySelector('.recommended').textContent.includes('promoted')");

        await visit.GoAsync("item/2");
        await visit.Button("Hide from all").ClickAsync();
        await visit.Button("Show to all").ClickAsync();
        await visit.Button("Hide from all").WaitForAsync();
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Models_has_generations_with_their_figures(int width)
    {
        await using Visit visit = await At("models", width);
        ILocator rows = visit.Page.GetByRole(AriaRole.Table, new() { Name = "Generations of the model" }).GetByRole(AriaRole.Row);
        Assert.Equal(2, await rows.CountAsync());
        string text = await rows.Nth(1).InnerTextAsync();
        Assert.Matches(@"(?s)lirdrec-\d+.*champion.*Recall@20.*\d", text);
        Assert.True(await visit.Button("Train a new one").IsEnabledAsync());
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Developer_has_keys_jobs_rejections_imports_and_requests(int width)
    {
        await using Visit visit = await At("developer", width);
        await visit.Button("Send").ClickAsync();
        await visit.Page.GetByText("200 OK").WaitForAsync();
        Assert.Contains("\"reason\": \"popular\"", await visit.Page.GetByLabel("Answer").InnerTextAsync(), StringComparison.Ordinal);
        string curl = await visit.Page.GetByLabel("Command line").InnerTextAsync();
        Assert.Contains($"'{shop.Address}/v1/recommendations'", curl, StringComparison.Ordinal);
        Assert.DoesNotContain(shop.Key, curl, StringComparison.Ordinal);
        Assert.Contains("user is empty", await visit.Section("Rejected events").InnerTextAsync(), StringComparison.Ordinal);

        await visit.Page.GetByLabel("Name", new() { Exact = true }).FillAsync($"shop {width}");
        await visit.Button("Make key").ClickAsync();
        string secret = await visit.Page.Locator(".secret").InnerTextAsync();
        Assert.StartsWith("tessera_", secret, StringComparison.Ordinal);
        await visit.Button($"Revoke shop {width}").ClickAsync();
        await visit.Button("Revoke").ClickAsync();
        await visit.UntilAsync("name => [...document.querySelectorAll('tr')].some(row => row.textContent.includes(name) && row.textContent.includes('revoked'))", $"shop {width}");

        await visit.Page.GetByLabel("File").SetInputFilesAsync(new FilePayload { Name = "items.ndjson", MimeType = "", Buffer = """{ "id": "5", "title": "Red lamp 5" }"""u8.ToArray() });
        await visit.Button("Import").ClickAsync();
        await visit.Page.GetByText("Imported.").WaitForAsync();
        await visit.Button("Refresh Jobs").ClickAsync();
        await visit.Section("Jobs").GetByText("import items").First.WaitForAsync();
    }

    private async Task<Visit> At(string view, int width)
    {
        Visit visit = await shop.VisitAsync(width);
        await visit.GoAsync(view);
        Assert.InRange(await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), 1, width);
        return visit;
    }
}
