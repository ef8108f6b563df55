using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Tessera.Server.Tests.Page;

/// <summary>Somebody at the page, and what the browser complains of meanwhile.</summary>
public sealed class Visit : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = new();

    public Visit(IPage page)
    {
        Page = page;
        page.Console += (_, message) => _complaints.Enqueue(message.Text);
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Request += (_, request) => Requests.Enqueue(request);
    }

    public IPage Page { get; }

    /// <summary>What was asked for.</summary>
    public ConcurrentQueue<IRequest> Requests { get; } = new();

    /// <summary>What the browser complained of.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>Goes to a view, and waits until it is there.</summary>
    public async Task GoAsync(string view)
    {
        await Page.EvaluateAsync("view => { location.hash = `#/${view}`; }", view);
        await ReadyAsync(char.ToUpperInvariant(view[0]) + view[1..].Split('/')[0]);
    }

    /// <summary>Waits until a view is there.</summary>
    public async Task ReadyAsync(string title)
    {
        await Heading(title, 1).WaitForAsync();
        await Page.Locator("main:not([aria-busy])").WaitForAsync();
    }

    public ILocator Heading(string title, int level) => Page.GetByRole(AriaRole.Heading, new() { Name = title, Level = level, Exact = true });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>The part of the page under a heading.</summary>
    public ILocator Section(string title) => Page.GetByRole(AriaRole.Region, new() { Name = title, Exact = true });

    /// <summary>Waits until something holds on the page.</summary>
    public Task UntilAsync(string condition, object? given = null) => Page.WaitForFunctionAsync(condition, given);

    /// <summary>Leaves, and expects that the browser had nothing to complain of.</summary>
    public async ValueTask DisposeAsync()
    {
        await Page.CloseAsync();
        Assert.Empty(_complaints);
    }
}
