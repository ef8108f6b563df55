using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Tessera.Server.Tests.Page;

/// <summary>The page for those who do not see it or have no pointer.</summary>
public sealed class AccessibilityTests(Shop shop) : IClassFixture<Shop>
{
    [Theory]
    [InlineData(1280)]
    [InlineData(400)]
    public async Task Axe_finds_nothing_wrong_with_any_view_by_day_and_by_night(int width)
    {
        await using Visit visit = await shop.VisitAsync(width);
        foreach (string view in new[] { "today", "catalog", "shopper", "item/2", "models", "developer" })
        {
            await visit.GoAsync(view);
            if (view == "catalog") await visit.Button("Add one without a picture").ClickAsync();
            if (view == "shopper")
            {
                await visit.Button("Red lamp 0").ClickAsync();
                await visit.Page.Locator(".because a").First.WaitForAsync();
            }

            await ScanAsync(visit.Page, view);
        }
    }

    /// <summary>Expects that what is shown has no fault, by day and by night.</summary>
    internal static async Task ScanAsync(IPage page, string what)
    {
        await ScanAsync(page, $"{what} by day", ColorScheme.Light, new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        await ScanAsync(page, $"{what} by night", ColorScheme.Dark, new AxeRunOptions { RunOnly = RunOnlyOptions.Rules("color-contrast") }); // nothing else differs
    }

    private static async Task ScanAsync(IPage page, string what, ColorScheme scheme, AxeRunOptions options)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = scheme });
        AxeResult result = await page.RunAxe(options);
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(found => $"{what}: {Sentence(found)}")));
        Assert.NotEmpty(result.Passes);
    }

    private static string Sentence(AxeResultItem found) => $"{found.Id}: {string.Join(" | ", found.Nodes.Select(node => $"{node.Html} {node.Any.FirstOrDefault()?.Message}"))}";

    [Fact]
    public async Task The_keyboard_alone_leads_through_all_views()
    {
        await using Visit visit = await shop.VisitAsync();
        await visit.ReadyAsync("Today");
        await visit.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the content", await Focused());
        foreach (string view in new[] { "Today", "Catalog", "Shopper", "Item", "Models", "Developer" })
        {
            await visit.Page.EvaluateAsync("() => { document.activeElement.blur(); document.querySelector('.skip').focus(); }");
            for (int presses = 0; await Focused() != view && presses < 10; presses++) await visit.Page.Keyboard.PressAsync("Tab");
            Assert.NotEqual("none", await visit.Page.EvaluateAsync<string>("() => getComputedStyle(document.activeElement).outlineStyle"));
            await visit.Page.Keyboard.PressAsync("Enter");
            await visit.ReadyAsync(view);
            Assert.Equal(view, await Focused()); // today is shown already, and its link keeps the focus
            Assert.Equal("page", await visit.Page.GetByRole(AriaRole.Link, new() { Name = view, Exact = true }).First.GetAttributeAsync("aria-current"));
            Assert.Equal($"{view} · Tessera", await visit.Page.TitleAsync());
        }

        await visit.GoAsync("shopper");
        await visit.Button("Red lamp 0").FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.UntilAsync("() => document.getElementById('said').textContent.startsWith('New list, first ')");
        await visit.Button("Take Red lamp 0 out of the visit").PressAsync("Space");
        await visit.UntilAsync("() => document.activeElement.labels?.[0]?.textContent === 'Known shopper'");

        Task<string> Focused() => visit.Page.EvaluateAsync<string>("() => document.activeElement.textContent");
    }
}
