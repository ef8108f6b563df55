using System.Globalization;
using System.Text;
using Microsoft.Extensions.AI;

namespace Tessera.Encoders.Encodings;

/// <summary>Images → descriptions by a multimodal chat model, as UTF-8.</summary>
/// <param name="identity">The model, with the prompt and the most tokens as its settings.</param>
/// <param name="client">The model.</param>
/// <param name="prompt">What it is asked about each image.</param>
/// <param name="maxTokens">Most tokens of a description.</param>
internal sealed class DescriptionEncoder(EncoderIdentity identity, IChatClient client, string prompt, int maxTokens) : IContentEncoder<DataContent>
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
        var question = new ChatMessage(ChatRole.User, [new TextContent(prompt), image]);
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = maxTokens };
        ChatResponse answer = await client.GetResponseAsync([question], options, cancellation).ConfigureAwait(false);
        string text = answer.Text.Trim();
        if (answer.FinishReason == ChatFinishReason.ContentFilter) return new EncodedContent(null, "the server's content filter holds its description back");
        bool cut = answer.FinishReason == ChatFinishReason.Length;
        if (text.Length > 0) return new EncodedContent(Encoding.UTF8.GetBytes(text), null, cut);
        return new EncodedContent(null, cut
            ? string.Create(CultureInfo.InvariantCulture, $"the answer was cut at {maxTokens:N0} tokens, before the first word; raise --max-tokens")
            : "the model describes it with no word");
    }
}
