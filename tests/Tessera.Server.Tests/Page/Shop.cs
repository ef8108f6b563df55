using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using SkiaSharp;
using Tessera.Cli.Serving;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Encoders.Images;
using Tessera.Models.Tests.Live;

namespace Tessera.Server.Tests.Page;

/// <summary>
/// A small shop that is served with its page: 12 red lamps, of which the shoppers of one group have most, and 12 blue vases for the others, with pictures but
/// for one. And a browser, where there is one.
/// </summary>
public sealed class Shop : IAsyncLifetime
{
    /// <summary>The vase that has no picture.</summary>
    public const int WithoutPicture = 23;

    private readonly LiveRuns _runs = new();
    private ServeHost? _host;
    private HttpClient? _client;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where it is served.</summary>
    public string Address => _host!.Address;

    /// <summary>A key that allows all.</summary>
    public string Key { get; private set; } = "";

    /// <summary>A client with the key.</summary>
    public HttpClient Client => _client!;

    /// <summary>A PNG file, the lamps red and the vases blue, each a bit other than the others.</summary>
    public static byte[] Picture(bool isLamp, int shade)
    {
        using var picture = new SKBitmap(new SKImageInfo(64, 64));
        using (var canvas = new SKCanvas(picture))
        using (var paint = new SKPaint { Color = isLamp ? new SKColor(230, (byte)(20 + shade), 20) : new SKColor(20, (byte)(20 + shade), 230) })
        {
            canvas.Clear(isLamp ? SKColors.MistyRose : SKColors.AliceBlue);
            if (isLamp) canvas.DrawCircle(32, 24, 14 + (shade / 8), paint);
            else canvas.DrawRect(20, 10, 20 + (shade / 8), 46, paint);
        }

        using SKData png = picture.Encode(SKEncodedImageFormat.Png, 90);
        return png.ToArray();
    }

    public async ValueTask InitializeAsync()
    {
        string run = _runs.Train("lirdrec", Data());
        _host = await ServerFixture.StartAsync(run, $"sqlite:{Path.Combine(run, "store.db")}");
        Key = (await _host.MakeKeyAsync(always: true, CancellationToken.None))!;
        _client = new HttpClient { BaseAddress = new Uri(Address) };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        await FillAsync(SendAsync);
        await SendAsync(HttpMethod.Post, "/v1/events", Json("""[{ "id": "e1", "user": "", "item": "3", "type": "click", "time": "2026-01-31T12:00:00Z" }]"""));
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        _client?.Dispose();
        if (_host is not null) await _host.DisposeAsync();
        _runs.Dispose();
    }

    /// <summary>Opens the page as its address is printed, in a browser that remembers nothing; skips where there is no browser.</summary>
    /// <param name="address">Where, if the shop is another.</param>
    public async Task<Visit> VisitAsync(int width = 1280, string? key = null, string? address = null)
    {
        Assert.SkipUnless(_browser is not null, Chromium.Missing);
        IPage page = await _browser!.NewPageAsync(new() { ReducedMotion = ReducedMotion.Reduce, ViewportSize = new() { Width = width, Height = 800 } });
        var visit = new Visit(page);
        await page.GotoAsync($"{address ?? Address}/{(key ?? Key) switch { "" => "", var given => $"#key={given}" }}");
        return visit;
    }

    /// <summary>Sends a request, and expects success.</summary>
    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using HttpResponseMessage response = await Client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    /// <summary>Who has what, and what the items look like.</summary>
    internal static Dataset Data()
    {
        Dataset board = LiveRuns.Board;
        var images = new Matrix(board.Items, HistogramImageEncoder.Dimensions);
        for (int item = 0; item < images.Rows; item++) HistogramImageEncoder.Encode(Picture(item < 12, item * 2), "x").CopyTo(images.Row(item));
        Modality image = new("image", images) { Encoder = HistogramImageEncoder.Name, Version = HistogramImageEncoder.Version };
        return new Dataset("shop", board.Train, board.Validation, board.Test, [image, board.Modalities.Single(one => one.Name == "text")]);
    }

    /// <summary>Gives the items their titles, attributes and pictures.</summary>
    internal static async Task FillAsync(Func<HttpMethod, string, HttpContent?, Task> send)
    {
        for (int item = 0; item < LiveRuns.Board.Items; item++)
        {
            string title = item < 12 ? $"Red lamp {item}" : $"Blue vase {item}";
            await send(HttpMethod.Patch, $"/v1/items/{item}", Json($$"""{ "title": "{{title}}", "attributes": { "price": {{item + 5}}, "kind": "{{title.Split(' ')[1]}}" } }"""));
            if (item == WithoutPicture) continue;
            var picture = new ByteArrayContent(Picture(item < 12, item * 2));
            picture.Headers.ContentType = new MediaTypeHeaderValue("image/png");
            await send(HttpMethod.Put, $"/v1/items/{item}/image", picture);
        }
    }

    private static StringContent Json(string text) => new(text, new MediaTypeHeaderValue("application/json"));
}
