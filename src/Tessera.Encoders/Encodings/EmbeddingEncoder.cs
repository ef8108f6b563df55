using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Encodings;

/// <summary>Contents → vectors of a server.</summary>
/// <param name="identity">The encoder's identity.</param>
/// <param name="server">Encodes.</param>
/// <param name="input">What the server is sent for a content.</param>
/// <param name="sample">See <see cref="IContentEncoder{TContent}.Sample"/>.</param>
internal sealed class EmbeddingEncoder<TContent>(
    EncoderIdentity identity, EndpointEncoder server, Func<TContent, string> input, TContent sample) : IContentEncoder<TContent>
{
    private readonly EncodedVectors _vectors = new((found, first) => new EndpointException(
        EndpointFault.Service,
        $"'{identity.Version}' gave vectors of {found} and of {first} dimensions, now or in an earlier run; "
        + "expected one length, so see which model the server runs, and give another --cache where it has changed under its name"));

    public EncoderIdentity Identity => identity;

    public TContent Sample => sample;

    public async Task<IReadOnlyList<EncodedContent>> EncodeAsync(IReadOnlyList<TContent> contents, CancellationToken cancellationToken)
    {
        float[][] vectors = await server.EncodeAsync(contents.Select(input), cancellationToken).ConfigureAwait(false);
        return [.. vectors.Select(vector => _vectors.Of(vector))];
    }

    public bool Recognize(byte[] stored) => _vectors.Recognize(stored);
}
