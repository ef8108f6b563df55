using System.Runtime.InteropServices;
using Microsoft.Extensions.AI;
using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Encodings;

/// <summary>Contents → vectors, as little-endian float32.</summary>
/// <param name="identity">The encoder's identity.</param>
/// <param name="generator">Encodes.</param>
/// <param name="sample">See <see cref="IContentEncoder{TContent}.Sample"/>.</param>
internal sealed class EmbeddingEncoder<TContent>(
    EncoderIdentity identity, IEmbeddingGenerator<TContent, Embedding<float>> generator, TContent sample) : IContentEncoder<TContent>
{
    private int _dimensions;

    public EncoderIdentity Identity => identity;

    public TContent Sample => sample;

    public async Task<IReadOnlyList<EncodedContent>> EncodeAsync(IReadOnlyList<TContent> contents, CancellationToken cancellation)
    {
        GeneratedEmbeddings<Embedding<float>> vectors = await generator.GenerateAsync(contents, null, cancellation).ConfigureAwait(false);
        if (vectors.Count != contents.Count)
            throw new InvalidOperationException($"{identity.Name} gave {vectors.Count} vectors for {contents.Count} contents.");
        return [.. vectors.Select(vector => Check(vector.Vector.Span))];
    }

    public bool Recognize(byte[] stored)
    {
        if (stored.Length == 0 || stored.Length % sizeof(float) != 0) return false;
        Agree(stored.Length / sizeof(float));
        return true;
    }

    private EncodedContent Check(ReadOnlySpan<float> vector)
    {
        Agree(vector.Length);
        foreach (float number in vector)
            if (!float.IsFinite(number)) return new EncodedContent(null, "its vector has numbers that are not finite");
        return vector.ContainsAnyExcept(0f)
            ? new EncodedContent(MemoryMarshal.AsBytes(vector).ToArray(), null)
            : new EncodedContent(null, EncodedContent.AllZeros);
    }

    /// <summary>All vectors have the length of the first one.</summary>
    private void Agree(int dimensions)
    {
        int first = Interlocked.CompareExchange(ref _dimensions, dimensions, 0);
        if (first == 0 || first == dimensions) return;
        throw new EndpointException(
            EndpointFault.Service,
            $"'{identity.Version}' gave vectors of {dimensions} and of {first} dimensions, now or in an earlier run; "
            + "expected one length, so see which model the server runs, and give another --cache where it has changed under its name");
    }
}
