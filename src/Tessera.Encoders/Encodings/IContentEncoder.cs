using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Encodings;

/// <summary>Turns contents into results that can be stored.</summary>
/// <typeparam name="TContent">Type of the contents.</typeparam>
internal interface IContentEncoder<TContent>
{
    EncoderIdentity Identity { get; }

    /// <summary>A content that everything which works can encode; it tells bad contents from a bad encoder.</summary>
    TContent Sample { get; }

    /// <summary>Encodes a batch; called from several threads.</summary>
    /// <returns>One for each content, in their order.</returns>
    /// <exception cref="EndpointException">The server refuses, see <see cref="EndpointFault"/>.</exception>
    Task<IReadOnlyList<EncodedContent>> EncodeAsync(IReadOnlyList<TContent> contents, CancellationToken cancellationToken);

    /// <summary>Takes note of a stored result.</summary>
    /// <returns>Whether it is a result of this encoder's form.</returns>
    bool Recognize(byte[] stored);
}
