using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tessera.Serving;
using Tessera.Serving.Generations;

namespace Tessera.Server.Tests.Page;

/// <summary>The view Models, clicked through.</summary>
public sealed class ModelsTests(Shop shop) : IClassFixture<Shop>
{
    private const int TrainingPatience = 120_000;

    [Fact]
    public async Task A_model_is_trained_crowned_tried_and_taken_back_by_clicks_alone()
    {
        await using Workshop workshop = await Workshop.StartAsync();
        await using Visit visit = await VisitAsync(workshop, 1280);
        ILocator table = visit.Page.GetByRole(AriaRole.Table, new() { Name = "Generations of the model" });
        Assert.Equal(3, await table.GetByRole(AriaRole.Row).CountAsync());
        await visit.Button("Train a new one").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Progressbar, new() { Name = "Training" }).WaitForAsync();
        await visit.Page.GetByText("Training has ended").WaitForAsync(new() { Timeout = TrainingPatience });
        Assert.Equal("1", await visit.Page.Locator("progress").EvaluateAsync<string>("bar => bar.value.toString()"));
        string next = await table.GetByRole(AriaRole.Rowheader).First.InnerTextAsync();
        Assert.Matches($@"^{workshop.First}-\d{{8}}-\d{{6}}$", next);
        Assert.Matches($@"Recall@1\s+[\d.]+ \({workshop.First} had [\d.]+\)", await Row(next).InnerTextAsync());

        if (await State(next) != "champion") await CrownAsync("Make champion", next);
        Assert.Equal(("champion", "retired"), (await State(next), await State(workshop.First)));
        Assert.Equal(next, Served().Champion.Name);
        await CrownAsync("Roll back to it", workshop.First);
        Assert.Equal(workshop.First, Served().Champion.Name);

        ILocator share = visit.Page.GetByLabel($"Share of shoppers for {next}");
        await share.FillAsync("30");
        await Row(next).GetByText("30 %").WaitForAsync();
        await Row(next).GetByRole(AriaRole.Button, new() { Name = "Try it" }).ClickAsync();
        await Row(next).Locator(".badge.challenger").WaitForAsync();
        Assert.Equal((next, 0.3), (Served().Challenger?.Name, Served().Share));
        await Row(next).GetByRole(AriaRole.Button, new() { Name = "End the trial" }).ClickAsync();
        await Row(next).Locator(".badge.retired").WaitForAsync();
        Assert.Null(Served().Challenger);

        await Row(next).GetByRole(AriaRole.Button, new() { Name = "Make champion" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        Assert.Equal(workshop.First, Served().Champion.Name);
        await CrownAsync("Make champion", next);
        Assert.Equal(next, Served().Champion.Name);

        ILocator Row(string model) => table.GetByRole(AriaRole.Row).Filter(new() { Has = visit.Page.GetByRole(AriaRole.Rowheader, new() { Name = model, Exact = true }) });

        Task<string> State(string model) => Row(model).Locator(".badge").InnerTextAsync();

        Arms Served() => workshop.Get<ServedGenerations>().Current!;

        async Task CrownAsync(string button, string model)
        {
            await Row(model).GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
            await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Serve it" }).ClickAsync();
            await Row(model).Locator(".badge.champion").WaitForAsync();
        }
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(400)]
    public async Task One_shopper_is_seen_under_two_models(int width)
    {
        await using Workshop workshop = await Workshop.StartAsync();
        await using Visit visit = await VisitAsync(workshop, width);
        ILocator part = visit.Section("One shopper under two models"), first = part.Locator(".sides > div").First, other = part.Locator(".sides > div").Last;
        Assert.Equal(12, await first.GetByRole(AriaRole.Listitem).CountAsync());
        Assert.Equal(0, await first.GetByText("only here").CountAsync()); // the other list is not known yet
        await part.GetByRole(AriaRole.Button, new() { Name = "Open it" }).ClickAsync();
        await other.GetByRole(AriaRole.Listitem).First.WaitForAsync();
        Assert.Equal("Compare the champion with", await visit.Page.EvaluateAsync<string>("() => document.activeElement.labels?.[0]?.textContent"));
        await part.GetByText("12 of 12 items are in both lists.").WaitForAsync(); // popular is the same for both
        Assert.Equal((Workshop.Wrong, 0), (workshop.Get<ServedGenerations>().Current!.Challenger?.Name, workshop.Get<ServedGenerations>().Current!.Share));

        await part.GetByLabel("Shopper").FillAsync("0");
        await part.GetByText("only here").First.WaitForAsync();
        await part.GetByText("0 of 12 items are in both lists.").WaitForAsync();
        Assert.All(await Names(first, ".only"), name => Assert.Matches(@"^\d+\. Blue vase", name)); // whom one takes for a buyer of all lamps, the other for one of vases
        Assert.All(await Names(other, ".only"), name => Assert.Matches(@"^\d+\. Red lamp", name));
        Assert.Equal((12, 12), ((await Names(first, ".only")).Length, (await Names(other, ".only")).Length));
        Assert.Equal("0 of 12 items are in both lists.", await visit.Page.Locator("#said").InnerTextAsync());
        await other.Locator("a").First.ScrollIntoViewIfNeededAsync();
        await visit.UntilAsync("() => [1, 2].every(side => document.querySelector(`.sides > :nth-child(${side}) .has-picture img`)?.naturalWidth === 64)");
        Assert.InRange(await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), 1, width);

        await visit.Page.GetByText("Click items for this visit").FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await part.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Red lamp 0") }).ClickAsync();
        await part.GetByRole(AriaRole.Button, new() { Name = "Take Red lamp 0 out of the visit" }).WaitForAsync();
        await part.GetByLabel("Shopper").FillAsync("");
        await visit.UntilAsync("() => [1, 2].every(side => document.querySelector(`.sides > :nth-child(${side}) .name`).textContent.startsWith('1. Red lamp'))");
        string[] right = await IdsAsync("champion"), others = await IdsAsync("challenger");
        Assert.Equal(right, await Ids(first, ""));
        Assert.Equal(others, await Ids(other, ""));
        Assert.Equal(right.Except(others), await Ids(first, ".only"));
        Assert.Equal(others.Except(right), await Ids(other, ".only"));
        Assert.Contains($"there at {Array.IndexOf(others, right[0]) + 1}", await first.Locator("a").First.InnerTextAsync(), StringComparison.Ordinal);
        await AccessibilityTests.ScanAsync(visit.Page, $"two models at {width}");
        Assert.Empty((await workshop.Get<IExperiment>().CompareAsync(DateTimeOffset.MinValue)).Arms); // looks are no traffic

        async Task<string[]> IdsAsync(string model) =>
            [.. (await workshop.Get<IRecommender>().RecommendAsync(new RecommendationRequest { Session = ["0"], Count = 12, Model = model })).Items.Select(item => item.Id)];

        static async Task<string[]> Names(ILocator list, string which) => [.. await list.Locator($"a.tile-link{which} .name").AllInnerTextsAsync()];

        static async Task<string[]> Ids(ILocator list, string which) =>
            [.. (await list.Locator($"a.tile-link{which}").EvaluateAllAsync<string[]>("links => links.map(link => link.hash)")).Select(hash => hash.Split('/')[^1])];
    }

    private async Task<Visit> VisitAsync(Workshop workshop, int width)
    {
        Visit visit = await shop.VisitAsync(width, workshop.Key, workshop.Address);
        await visit.GoAsync("models");
        return visit;
    }
}
