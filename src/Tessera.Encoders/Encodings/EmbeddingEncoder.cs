using System.Runtime.InteropServices;
using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Encodings;

/// <summary>Contents → vectors of a server, as little-endian float32.</summary>
/// <param name="identity">The encoder's identity.</param>
/// <param name="server">Encodes.</param>
/// <param name="input">What the server is sent for a content.</param>
/// <param name="sample">See <see cref="IContentEncoder{TContent}.Sample"/>.</param>
internal sealed class EmbeddingEncoder<TContent>(
    EncoderIdentity identity, EndpointEncoder server, Func<TContent, string> input, TContent sample) : IContentEncoder<TContent>
{
    private int _dimensions;

    public EncoderIdentity Identity => identity;

    public TContent Sample => sample;

    public async Task<IReadOnlyList<EncodedContent>> EncodeAsync(IReadOnlyList<TContent> contents, CancellationToken cancellationToken)
    {
        float[][] vectors = await server.EncodeAsync(contents.Select(input), cancellationToken).ConfigureAwait(false);
        Agree(vectors[0].Length);
        return [.. vectors.Select(vector => vector.AsSpan().ContainsAnyExcept(0f)
            ? new EncodedContent(MemoryMarshal.AsBytes<float>(vector).ToArray(), null)
            : new EncodedContent(null, EncodedContent.AllZeros))];
    }

    public bool Recognize(byte[] stored)
    {
        if (stored.Length == 0 || stored.Length % sizeof(float) != 0) return false;
        Agree(stored.Length / sizeof(float));
        return true;
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
