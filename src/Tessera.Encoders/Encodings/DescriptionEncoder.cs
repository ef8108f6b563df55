using System.Globalization;
using System.Text;
using Microsoft.Extensions.AI;
using Tessera.Encoders.Endpoints;
using ChatFinishReason = OpenAI.Chat.ChatFinishReason;

namespace Tessera.Encoders.Encodings;

/// <summary>Images → descriptions by a multimodal chat model, as UTF-8.</summary>
/// <param name="identity">The model, with the prompt and the most tokens as its settings.</param>
/// <param name="chat">The model.</param>
/// <param name="prompt">What it is asked about each image.</param>
/// <param name="maxTokens">Most tokens of a description.</param>
internal sealed class DescriptionEncoder(EncoderIdentity identity, EndpointChat chat, string prompt, int maxTokens) : IContentEncoder<DataContent>
{
    public EncoderIdentity Identity => identity;

    public DataContent Sample => ItemImages.Sample;

    public async Task<IReadOnlyList<EncodedContent>> EncodeAsync(IReadOnlyList<DataContent> contents, CancellationToken cancellation)
    {
        var descriptions = new List<EncodedContent>(contents.Count);
        foreach (DataContent image in contents) descriptions.Add(await DescribeAsync(image, cancellation).ConfigureAwait(false));
        return descriptions;
    }

    public bool Recognize(byte[] stored) => stored.Length > 0;

    private async Task<EncodedContent> DescribeAsync(DataContent image, CancellationToken cancellation)
    {
        (string text, ChatFinishReason finish) = await chat.AskAsync(prompt, image, maxTokens, cancellation).ConfigureAwait(false);
        if (finish == ChatFinishReason.ContentFilter) return new EncodedContent(null, "the server's content filter holds its description back");
        bool cut = finish == ChatFinishReason.Length;
        if (text.Length > 0) return new EncodedContent(Encoding.UTF8.GetBytes(text), null, cut);
        return new EncodedContent(null, cut
            ? string.Create(CultureInfo.InvariantCulture, $"the answer was cut at {maxTokens:N0} tokens, before the first word; raise --max-tokens")
            : "the model describes it with no word");
    }
}
