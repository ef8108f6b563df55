using Microsoft.Playwright;

namespace Tessera.Server.Tests.Page;

/// <summary>What becomes of the key, and what a browser may do for the page.</summary>
public sealed class KeyTests(Shop shop) : IClassFixture<Shop>
{
    [Fact]
    public async Task The_key_of_the_address_stays_in_the_tab_alone()
    {
        await using Visit visit = await shop.VisitAsync();
        await visit.ReadyAsync("Today");
        Assert.Equal($"{shop.Address}/#/today", visit.Page.Url);
        Assert.Equal(shop.Key, await visit.Page.EvaluateAsync<string>("() => sessionStorage.getItem('tessera-key')"));
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("() => localStorage.length"));
        Assert.Empty(await visit.Page.Context.CookiesAsync());
        Assert.DoesNotContain(visit.Requests, request => request.Url.Contains(shop.Key, StringComparison.Ordinal) || !request.Url.StartsWith(shop.Address, StringComparison.Ordinal));
        await visit.Button("Forget key").ClickAsync();
        await visit.Heading("A key, please", 1).WaitForAsync();
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("() => sessionStorage.length"));
        await visit.Page.GetByLabel("Key").FillAsync(shop.Key);
        await visit.Button("Open").ClickAsync();
        await visit.ReadyAsync("Today");
    }

    [Fact]
    public async Task A_key_that_opens_nothing_is_asked_for_again()
    {
        Visit visit = await shop.VisitAsync(key: "tessera_wrong");
        await visit.Heading("A key, please", 1).WaitForAsync();
        Assert.Contains("The key opens nothing", await visit.Page.GetByRole(AriaRole.Alert).InnerTextAsync(), StringComparison.Ordinal);
        Assert.All(visit.Complaints, complaint => Assert.Contains("401", complaint, StringComparison.Ordinal));
        await visit.Page.CloseAsync();
    }

    [Fact]
    public async Task The_page_may_use_its_own_files_alone()
    {
        using var stranger = new HttpClient { BaseAddress = new Uri(shop.Address) };
        foreach (string file in new[] { "", "app.js", "page.css", "mosaic.svg" })
        {
            using HttpResponseMessage answer = await stranger.GetAsync($"/{file}");
            Assert.Equal(200, (int)answer.StatusCode);
            string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; ", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Equal(["nosniff", "no-referrer"], [answer.Headers.GetValues("X-Content-Type-Options").Single(), answer.Headers.GetValues("Referrer-Policy").Single()]);
            Assert.False(answer.Headers.Contains("Set-Cookie"));

            using var again = new HttpRequestMessage(HttpMethod.Get, $"/{file}");
            again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
            using HttpResponseMessage same = await stranger.SendAsync(again);
            Assert.Equal(304, (int)same.StatusCode);
        }

        using HttpResponseMessage none = await stranger.GetAsync("/PageFiles.cs");
        Assert.Equal(404, (int)none.StatusCode);
    }
}
