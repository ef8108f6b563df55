using Microsoft.Extensions.AI;
using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Tests.Endpoints;

public sealed class ImageSightTests : IDisposable
{
    private readonly FakeServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task An_image_is_sent_as_its_data_uri()
    {
        byte[] png = SamplePng.Create(3);
        using var encoder = new EndpointEncoder(_server.Options());
        float[][] vectors = await encoder.EncodeAsync([new DataContent(png, "image/png").Uri]);
        string uri = $"data:image/png;base64,{Convert.ToBase64String(png)}";
        Assert.Equal([uri], _server.Texts);
        Assert.Equal(FakeServer.VectorOf(uri), vectors[0]);
    }

    [Fact]
    public async Task A_server_that_takes_the_uri_for_a_text_is_found_out()
    {
        using var encoder = new EndpointEncoder(_server.Options());
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => encoder.RequireSightAsync());
        Assert.Contains("encodes the characters of an image's file and not what it shows", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_sees_nothing_is_found_out()
    {
        _server.Otherwise = request => FakeServer.Embeddings(request, _ => FakeServer.VectorOf("constant"));
        using var encoder = new EndpointEncoder(_server.Options());
        await Assert.ThrowsAsync<EndpointException>(() => encoder.RequireSightAsync());
    }

    [Fact]
    public async Task A_server_that_counts_characters_is_found_out()
    {
        _server.Otherwise = request => FakeServer.Embeddings(
            request, text => [.. Enumerable.Range('A', 58).Select(letter => (float)text.Count(c => c == letter))]);
        using var encoder = new EndpointEncoder(_server.Options());
        await Assert.ThrowsAsync<EndpointException>(() => encoder.RequireSightAsync());
    }

    [Fact]
    public async Task A_server_that_looks_at_pixels_passes()
    {
        _server.Otherwise = request => FakeServer.Embeddings(request, uri => Pixels(Convert.FromBase64String(uri[(uri.IndexOf(',') + 1)..])));
        using var encoder = new EndpointEncoder(_server.Options());
        await encoder.RequireSightAsync();
        Assert.Equal(3, _server.Texts.Distinct().Count());
    }

    /// <summary>Every hundredth byte of the unpacked pixels.</summary>
    private static float[] Pixels(byte[] png)
    {
        int start = png.AsSpan().IndexOf("IDAT"u8) + 4;
        using var zlib = new System.IO.Compression.ZLibStream(new MemoryStream(png, start, png.Length - start), System.IO.Compression.CompressionMode.Decompress);
        using var pixels = new MemoryStream();
        zlib.CopyTo(pixels);
        byte[] bytes = pixels.ToArray();
        return [.. Enumerable.Range(0, bytes.Length / 100).Select(i => bytes[100 * i] / 255f)];
    }
}
