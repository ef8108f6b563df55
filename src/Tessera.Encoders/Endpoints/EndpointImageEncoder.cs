using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

namespace Tessera.Encoders.Endpoints;

/// <summary>Image embeddings of a server that takes an image's data URI (<c>data:image/png;base64,…</c>) where texts stand otherwise.</summary>
/// <remarks>
/// This is the custom of several servers of multimodal models and no part of the OpenAI interface: a model for texts alone would take the URI for a
/// text and give vectors that mean nothing. <see cref="CheckAsync"/> finds that out.
/// </remarks>
internal sealed class EndpointImageEncoder : IEmbeddingGenerator<DataContent, Embedding<float>>
{
    /// <summary>How much nearer than two pictures two files of one picture must come out.</summary>
    private const float Ratio = 4;

    private const int CommentLength = 1000;
    private readonly EndpointTextEncoder _encoder;

    /// <summary>Prepares requests; none is sent yet.</summary>
    /// <param name="options">Server and model.</param>
    /// <param name="dimensions">Length to ask the server for, or null for the model's own.</param>
    public EndpointImageEncoder(EndpointOptions options, int? dimensions = null) => _encoder = new EndpointTextEncoder(options, dimensions);

    /// <summary>Encodes images in one request.</summary>
    /// <exception cref="EndpointException">The request failed for good.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<DataContent> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        _encoder.GenerateAsync(values.Select(image => image.Uri), options, cancellationToken);

    /// <summary>Tries whether the server looks at pictures: the same one in two different files must come out alike, two in like files unlike.</summary>
    /// <exception cref="EndpointException">It does not, or the request failed for good.</exception>
    public async Task CheckAsync(CancellationToken cancellation = default)
    {
        string one = new('a', CommentLength), other = string.Concat(Enumerable.Range(0, CommentLength / 4).Select(i => $"{7 * i % 26:00}q "))[..CommentLength];
        GeneratedEmbeddings<Embedding<float>> vectors = await GenerateAsync(
            [Picture(0, one), Picture(0, other), Picture(100, one)], null, cancellation).ConfigureAwait(false);
        float same = Distance(vectors[0], vectors[1]), different = Distance(vectors[0], vectors[2]);
        if (Ratio * same < different) return;
        throw new EndpointException(
            EndpointFault.Service,
            "The server encodes the characters of an image's file and not what it shows: one picture in two files came out further apart than two pictures; "
            + "choose a model that takes images as data URIs, or let a model describe the images and encode the descriptions");
    }

    /// <summary>Gives this object.</summary>
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _encoder.Dispose();

    private static DataContent Picture(byte shade, string comment) => new(SamplePng.Create(shade, comment), "image/png");

    private static float Distance(Embedding<float> a, Embedding<float> b) => TensorPrimitives.Distance(a.Vector.Span, b.Vector.Span);
}
