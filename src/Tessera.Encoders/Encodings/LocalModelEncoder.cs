using Microsoft.Extensions.AI;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Encodings;

/// <summary>Contents → vectors of a model in this process.</summary>
/// <param name="identity">The encoder's identity.</param>
/// <param name="model">Encodes.</param>
/// <param name="sample">See <see cref="IContentEncoder{TContent}.Sample"/>.</param>
internal sealed class LocalModelEncoder<TContent>(
    EncoderIdentity identity, IEmbeddingGenerator<TContent, Embedding<float>> model, TContent sample) : IContentEncoder<TContent>, IDisposable
{
    private readonly EncodedVectors _vectors = new((found, first) => new InvalidInputException(
        $"Model '{identity.Name}' gave vectors of {found} and of {first} dimensions, now or in an earlier run; "
        + "expected one length, so mend the model, or give it another version if it was replaced."));

    public EncoderIdentity Identity => identity;

    public TContent Sample => sample;

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The model does not give one vector for each content, or vectors of two lengths.</exception>
    public async Task<IReadOnlyList<EncodedContent>> EncodeAsync(IReadOnlyList<TContent> contents, CancellationToken cancellationToken)
    {
        GeneratedEmbeddings<Embedding<float>> vectors;
        try
        {
            vectors = await model.GenerateAsync(contents, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidInputException e)
        {
            // One content is at fault, such as a damaged picture: the run finds it by halves.
            throw new EndpointException(EndpointFault.Content, e.Message.TrimEnd('.'));
        }

        RequireEach(vectors, contents.Count);
        return [.. vectors.Select(vector => _vectors.Of(vector.Vector.Span))];
    }

    public bool Recognize(byte[] stored) => _vectors.Recognize(stored);

    /// <summary>Encodes the sample and closes the model.</summary>
    /// <exception cref="InvalidInputException">The model cannot.</exception>
    public void RequireSample(CancellationToken cancellationToken)
    {
        using (model) RequireEach(model.GenerateAsync([sample], cancellationToken: cancellationToken).GetAwaiter().GetResult(), 1);
    }

    /// <summary>Closes the model.</summary>
    public void Dispose() => model.Dispose();

    private void RequireEach(GeneratedEmbeddings<Embedding<float>> vectors, int contents)
    {
        if (vectors.Count == contents) return;
        throw new InvalidInputException(
            $"Model '{identity.Name}' gave {SourceText.Counted(vectors.Count, "vector")} for {SourceText.Counted(contents, "content")}; "
            + "expected one for each, in their order, so mend the model.");
    }
}
