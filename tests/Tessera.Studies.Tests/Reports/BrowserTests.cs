using Microsoft.Playwright;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Tests.Reports;

/// <summary>What a browser makes of a report's page.</summary>
public sealed class BrowserTests : IDisposable
{
    /// <summary>The elements of a figure's text that lie on each other by more than a pixel, and those that reach out of it.</summary>
    private const string Faults = """
        () => [...document.querySelectorAll('svg')].flatMap((svg, figure) => {
          const faults = [], whole = svg.getBoundingClientRect();
          const texts = [...svg.querySelectorAll('text')].map(text => ({ text: text.textContent, box: text.getBoundingClientRect() }));
          texts.forEach(({ text, box }, i) => {
            if (box.left < whole.left - 1 || box.right > whole.right + 1 || box.top < whole.top - 1 || box.bottom > whole.bottom + 1) faults.push(`${figure}: ${text} reaches out`);
            for (const other of texts.slice(i + 1)) {
              const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left), down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
              if (across > 1 && down > 1) faults.push(`${figure}: ${text} lies on ${other.text} by ${across} x ${down}`);
            }
          });
          return faults;
        })
        """;

    /// <summary>Contrast of the ink with the paper, and of the softer text, as WCAG has it.</summary>
    private const string Contrasts = """
        () => {
          const luminance = color => color.match(/\d+/g).slice(0, 3).map(part => part / 255).map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
            .reduce((sum, part, i) => sum + part * [.2126, .7152, .0722][i], 0);
          const paper = luminance(getComputedStyle(document.body).backgroundColor);
          return ['h1', 'figure p', '.paper', 'svg text'].map(which => {
            const style = getComputedStyle(document.querySelector(which)), ink = luminance(which.includes('svg') ? style.fill : style.color);
            return (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05);
          });
        }
        """;

    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_page_is_whole_and_readable_at_every_width_and_in_the_dark()
    {
        ReportWriter.Write(SampleReport.Report, _folder.Path);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser? browser = await Chromium.LaunchAsync(playwright);
        Assert.SkipUnless(browser is not null, Chromium.Missing);
        foreach (int width in new[] { 1280, 400 })
        {
            foreach (ColorScheme scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                IPage page = await browser.NewPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 } });
                string[] complaints = [.. await Complaints(page, width)];
                Assert.True(complaints.Length == 0, $"{width}, {scheme}:\n{string.Join('\n', complaints)}");
            }
        }
    }

    private async Task<IEnumerable<string>> Complaints(IPage page, int width)
    {
        List<string> complaints = [];
        page.Console += (_, message) => complaints.Add(message.Text);
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) => complaints.AddRange(request.Url.EndsWith(ReportWriter.Html, StringComparison.Ordinal) ? [] : [request.Url]);
        await page.GotoAsync(new Uri(_folder.In(ReportWriter.Html)).AbsoluteUri);
        complaints.AddRange(await page.EvaluateAsync<string[]>(Faults));
        double[] sizes = await page.EvaluateAsync<double[]>("() => [...document.querySelectorAll('svg')].map(svg => svg.getBoundingClientRect()).flatMap(box => [box.width, box.height])");
        Assert.Equal(2 * SampleReport.Report.Parts.OfType<Figure>().Count(), sizes.Length);
        Assert.All(sizes, size => Assert.InRange(size, 80, 1000));
        Assert.InRange(await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), 1, width);
        Assert.All(await page.EvaluateAsync<double[]>(Contrasts), contrast => Assert.InRange(contrast, 4.5, 21));
        Assert.Equal(SampleReport.Report.Parts.OfType<Figure>().Select(figure => figure.Title), await Names(page));
        return complaints;
    }

    /// <summary>The names of pictures, as a screen reader is given them.</summary>
    private static async Task<IEnumerable<string>> Names(IPage page)
    {
        List<string> names = [];
        foreach (ILocator picture in await page.GetByRole(AriaRole.Img).AllAsync())
        {
            string id = (await picture.GetAttributeAsync("aria-labelledby"))!.Split(' ')[0];
            names.Add(await page.Locator($"#{id}").TextContentAsync() ?? "");
        }

        return names;
    }
}
