using System.ClientModel.Primitives;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using Tessera.Encoders.Endpoints;
using ChatFinishReason = OpenAI.Chat.ChatFinishReason;

namespace Tessera.Encoders.Encodings;

/// <summary>
/// Images → descriptions, as UTF-8, by a multimodal chat model behind an OpenAI-compatible server (<c>POST …/chat/completions</c>), at temperature 0.
/// </summary>
/// <param name="server">Server and model.</param>
/// <param name="prompt">What the model is asked about each image.</param>
/// <param name="maxTokens">Most tokens of a description.</param>
/// <param name="sendMaxCompletionTokens">
/// Whether these are sent as <c>max_completion_tokens</c>, which some hosted models insist on, in place of <c>max_tokens</c>, which alone many local
/// servers understand.
/// </param>
internal sealed class DescriptionEncoder(EndpointOptions server, string prompt, int maxTokens, bool sendMaxCompletionTokens)
    : IContentEncoder<DataContent>, IDisposable
{
    private readonly EndpointCaller _caller = new(server);

    /// <summary>What the server was asked so far.</summary>
    public EndpointCost Cost { get; } = new(server.Clock);

    public EncoderIdentity Identity { get; } =
        new("description", server.Model, EncoderIdentity.Join(prompt, maxTokens.ToString(CultureInfo.InvariantCulture)));

    public DataContent Sample => ItemImages.Sample;

    public async Task<IReadOnlyList<EncodedContent>> EncodeAsync(IReadOnlyList<DataContent> contents, CancellationToken cancellationToken)
    {
        var descriptions = new List<EncodedContent>(contents.Count);
        foreach (DataContent image in contents) descriptions.Add(await DescribeAsync(image, cancellationToken).ConfigureAwait(false));
        return descriptions;
    }

    public bool Recognize(byte[] stored) => stored.Length > 0;

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _caller.Dispose();

    private async Task<EncodedContent> DescribeAsync(DataContent image, CancellationToken cancellationToken)
    {
        ChatClient client = _caller.Client.GetChatClient(server.Model);
        var message = new UserChatMessage(
            ChatMessageContentPart.CreateTextPart(prompt), ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(image.Data), image.MediaType));
        ChatCompletionOptions asked = Limited();
        asked.Temperature = 0;
        (string text, ChatFinishReason finish, ChatTokenUsage? usage) = await Cost.TimeAsync(() => _caller.CallAsync(
            async token =>
            {
                ChatCompletion answer = await client.CompleteChatAsync([message], asked, token).ConfigureAwait(false);
                return (string.Concat(answer.Content.Select(part => part.Text)).Trim(), answer.FinishReason, answer.Usage);
            },
            cancellationToken)).ConfigureAwait(false);
        Cost.Add(1, usage?.InputTokenCount ?? 0, usage?.OutputTokenCount ?? 0);
        if (finish == ChatFinishReason.ContentFilter) return new EncodedContent(null, "the server's content filter withholds its description");
        bool cut = finish == ChatFinishReason.Length;
        if (text.Length > 0) return new EncodedContent(Encoding.UTF8.GetBytes(text), null, cut);
        return new EncodedContent(null, cut
            ? string.Create(CultureInfo.InvariantCulture, $"the answer was cut off at {maxTokens:N0} tokens, before the first word; raise --max-tokens")
            : "the model's description of it is empty");
    }

    /// <summary>Options with the most tokens; the package writes <c>max_tokens</c> only where it has read it.</summary>
    private ChatCompletionOptions Limited() => sendMaxCompletionTokens
        ? new ChatCompletionOptions { MaxOutputTokenCount = maxTokens }
        : ModelReaderWriter.Read<ChatCompletionOptions>(BinaryData.FromString(string.Create(CultureInfo.InvariantCulture, $$"""{"max_tokens":{{maxTokens}}}""")))!;
}
