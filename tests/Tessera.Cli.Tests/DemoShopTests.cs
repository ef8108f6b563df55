using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using SkiaSharp;
using Tessera.Cli.Demo;
using Tessera.Cli.Serving;

namespace Tessera.Cli.Tests;

public sealed class DemoShopTests(Workplace work) : IClassFixture<Workplace>
{
    [Fact]
    public void A_seed_gives_one_shop_and_another_seed_another()
    {
        string[] shops = [Make(1), Make(1), Make(2)];
        string[] files = [.. Directory.EnumerateFiles(shops[0], "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(shops[0], path))];
        Assert.Equal(700, files.Count(file => file.EndsWith(".png", StringComparison.Ordinal)));
        foreach (string file in files) Assert.Equal(File.ReadAllBytes(Path.Combine(shops[0], file)), File.ReadAllBytes(Path.Combine(shops[1], file)));
        foreach (string file in new[] { "shop.inter", "items.jsonl", "image_feat.npy", "text_feat.npy" })
            Assert.NotEqual(File.ReadAllBytes(Path.Combine(shops[0], file)), File.ReadAllBytes(Path.Combine(shops[2], file)));
        Assert.InRange(files.Sum(file => new FileInfo(Path.Combine(shops[0], file)).Length), 1 << 20, 8 << 20);
    }

    [Fact]
    public void A_picture_shows_the_color_that_the_title_names()
    {
        string shop = Make(1);
        foreach (string line in File.ReadLines(Path.Combine(shop, "items.jsonl")).Take(40))
        {
            JsonNode item = JsonNode.Parse(line)!;
            string color = (string)item["color"]!;
            Assert.Equal($"{item["pattern"]} {color} {item["kind"]}", (string)item["title"]!, ignoreCase: true);
            Assortment.Color paint = Assortment.Colors.Single(one => one.Name == color);
            using SKBitmap picture = SKBitmap.Decode(Path.Combine(shop, (string)item["image"]!));
            Assert.Equal((80, 80), (picture.Width, picture.Height));
            Assert.True(picture.Pixels.Count(IsClose) > 200, line);

            bool IsClose(SKColor pixel) => Math.Abs(pixel.Red - paint.Red) + Math.Abs(pixel.Green - paint.Green) + Math.Abs(pixel.Blue - paint.Blue) < 80;
        }
    }

    [Fact]
    public async Task The_shop_is_served_with_its_pictures_and_previews_and_weights()
    {
        string shop = Make(1), run = Path.Combine(work.New("serving"), "run");
        Assert.Equal(0, work.Run(["train", "--data", shop, "--model", "lirdrec", "--out", run, .. Workplace.Quick]).Code);
        await using ServeHost host = await ServeHost.StartAsync(new ServeSettings(run, "http://127.0.0.1:0", Data: shop), NullLogger.Instance, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri(host.Address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await host.MakeKeyAsync(always: true, CancellationToken.None));
        byte[] picture = File.ReadAllBytes(Path.Combine(shop, "images", "7.png"));
        Assert.Equal(picture, await client.GetByteArrayAsync("/v1/items/7/image"));
        JsonNode item = await Get("/v1/items/7");
        Assert.EndsWith((string)item["attributes"]!["kind"]!, (string)item["title"]!, StringComparison.Ordinal);
        Assert.True((double)item["attributes"]!["price"]! > 1);
        Assert.Equal(1, (await Get("/v1/users/3"))["weights"]!.AsObject().Sum(weight => (double)weight.Value!), 1e-4);
        Assert.Null((await Get("/v1/users/stranger"))["weights"]);

        JsonNode both = await Preview("?count=4", (string)item["title"]!, (string)item["texts"]!["description"]!, picture);
        Assert.Equal("7", (string)both["similar"]![0]!["id"]!); // it is the same
        Assert.Equal((4, 4), (both["similar"]!.AsArray().Count, both["buyers"]!.AsArray().Count));
        Assert.Equal("""["image","text"]""", both["modalities"]!.ToJsonString());
        JsonNode words = await Preview("", "Striped red mug", string.Join(' ', Enumerable.Repeat("striped", 10_000)), null);
        Assert.Equal(("""["text"]""", "[]"), (words["modalities"]!.ToJsonString(), words["notes"]!.ToJsonString()));
        Assert.Single((await Preview("", null, null, null))["notes"]!.AsArray());
        using MultipartFormDataContent misspelled = new() { { new StringContent("mug"), "titel" } }, empty = new();
        Assert.Equal("The form has a part 'titel'; expected some of title, text, image.", await Refusal(misspelled));
        Assert.StartsWith("The form cannot be read: ", await Refusal(new StringContent("no form") { Headers = { ContentType = empty.Headers.ContentType } }), StringComparison.Ordinal);
        using var text = new StringContent("no picture");
        Assert.Equal(System.Net.HttpStatusCode.UnsupportedMediaType, (await client.PostAsync("/v1/items/preview", text)).StatusCode);

        async Task<JsonNode> Get(string path) => JsonNode.Parse(await client.GetStringAsync(path))!;

        async Task<string> Refusal(HttpContent form)
        {
            using HttpResponseMessage response = await client.PostAsync("/v1/items/preview", form);
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
            return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["detail"]!;
        }

        async Task<JsonNode> Preview(string query, string? title, string? text, byte[]? image)
        {
            using var content = new MultipartFormDataContent();
            if (title is not null) content.Add(new StringContent(title), "title");
            if (text is not null) content.Add(new StringContent(text), "text");
            if (image is not null) content.Add(new ByteArrayContent(image) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } }, "image", "mug.png");
            using HttpResponseMessage response = await client.PostAsync($"/v1/items/preview{query}", content.Any() ? content : null);
            string answer = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, answer);
            return JsonNode.Parse(answer)!;
        }
    }

    private string Make(ulong seed)
    {
        string shop = work.New("shop");
        Directory.CreateDirectory(shop);
        DemoShop.Write(shop, seed, threads: 0, CancellationToken.None);
        return shop;
    }
}
