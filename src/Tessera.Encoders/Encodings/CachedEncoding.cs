using System.Runtime.InteropServices;
using Tessera.Data;
using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Encodings;

/// <summary>Encodes items by a server, in batches, through a cache, and writes the rows from there.</summary>
internal static class CachedEncoding
{
    /// <summary>Encodes what the cache does not hold, and writes.</summary>
    /// <exception cref="EndpointException">The encoder cannot encode anything.</exception>
    /// <exception cref="InvalidInputException">No item could be encoded, or something cannot be read or written.</exception>
    public static async Task<EncodedModality> EncodeAsync<TContent>(
        ModalityWriter writer, IContentEncoder<TContent> encoder, IEnumerable<ItemContent<TContent>> contents, EncodingCache cache,
        EncodingOptions options, IProgress<EncodingProgress>? progress, CancellationToken cancellationToken)
        where TContent : class
    {
        var run = new EncodingRun<TContent>(encoder, cache, options, writer.Items, progress);
        EncodingResult result = await run.ExecuteAsync(contents, cancellationToken).ConfigureAwait(false);
        ContentKey? first = result.Keys.FirstOrDefault(key => key is not null);
        int dimensions = first is { } any ? Row(any).Length : 0;
        return writer.Write(encoder.Identity, result, dimensions, (row, numbers) => Row(result.Keys[row]!.Value).CopyTo(numbers));

        ReadOnlySpan<float> Row(ContentKey key) => MemoryMarshal.Cast<byte, float>(cache.FindAgain(key));
    }
}
