using System.Runtime.InteropServices;
using Microsoft.Extensions.AI;
using Tessera.Data;
using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Encodings;

/// <summary>Contents → vectors of a model in this process, as little-endian float32.</summary>
/// <param name="identity">The encoder's identity.</param>
/// <param name="model">Encodes.</param>
/// <param name="sample">See <see cref="IContentEncoder{TContent}.Sample"/>.</param>
internal sealed class LocalModelEncoder<TContent>(
    EncoderIdentity identity, IEmbeddingGenerator<TContent, Embedding<float>> model, TContent sample) : IContentEncoder<TContent>, IDisposable
{
    public EncoderIdentity Identity => identity;

    public TContent Sample => sample;

    public async Task<IReadOnlyList<EncodedContent>> EncodeAsync(IReadOnlyList<TContent> contents, CancellationToken cancellationToken)
    {
        try
        {
            GeneratedEmbeddings<Embedding<float>> vectors = await model.GenerateAsync(contents, cancellationToken: cancellationToken).ConfigureAwait(false);
            return [.. vectors.Select(vector => vector.Vector.Span.ContainsAnyExcept(0f)
                ? new EncodedContent(MemoryMarshal.AsBytes(vector.Vector.Span).ToArray(), null)
                : new EncodedContent(null, EncodedContent.AllZeros))];
        }
        catch (InvalidInputException e)
        {
            // One content is at fault, such as a damaged picture: the run finds it by halves.
            throw new EndpointException(EndpointFault.Content, e.Message.TrimEnd('.'));
        }
    }

    public bool Recognize(byte[] stored) => stored.Length > 0 && stored.Length % sizeof(float) == 0;

    /// <summary>Encodes the sample and closes the model.</summary>
    /// <exception cref="InvalidInputException">The model cannot.</exception>
    public void RequireSample(CancellationToken cancellationToken)
    {
        using (model) model.GenerateAsync([sample], cancellationToken: cancellationToken).GetAwaiter().GetResult();
    }

    /// <summary>Closes the model.</summary>
    public void Dispose() => model.Dispose();
}
