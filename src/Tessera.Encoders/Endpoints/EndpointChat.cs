using System.ClientModel.Primitives;
using System.Globalization;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatFinishReason = OpenAI.Chat.ChatFinishReason;

namespace Tessera.Encoders.Endpoints;

/// <summary>Answers of a multimodal chat model behind an OpenAI-compatible server (<c>POST …/chat/completions</c>), at temperature 0.</summary>
/// <param name="options">Server and model.</param>
/// <param name="sendMaxCompletionTokens">
/// Whether the most output tokens are sent as <c>max_completion_tokens</c>, which some hosted models insist on, in place of <c>max_tokens</c>,
/// which alone many local servers understand.
/// </param>
internal sealed class EndpointChat(EndpointOptions options, bool sendMaxCompletionTokens) : IDisposable
{
    private readonly EndpointCaller _caller = new(options);

    /// <summary>Asks about an image; a refusal by the model is an answer without text.</summary>
    /// <exception cref="EndpointException">The request failed for good.</exception>
    public Task<(string Text, ChatFinishReason Finish)> AskAsync(string question, DataContent image, int maxTokens, CancellationToken cancellation)
    {
        var client = new ChatClient(options.Model, _caller.Credential, _caller.ClientOptions());
        var message = new UserChatMessage(
            ChatMessageContentPart.CreateTextPart(question), ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(image.Data), image.MediaType));
        ChatCompletionOptions asked = Limited(maxTokens);
        asked.Temperature = 0;
        return _caller.CallAsync(
            async token =>
            {
                ChatCompletion answer = await client.CompleteChatAsync([message], asked, token).ConfigureAwait(false);
                return (string.Concat(answer.Content.Select(part => part.Text)).Trim(), answer.FinishReason);
            },
            cancellation);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _caller.Dispose();

    /// <summary>Options with the most output tokens; the package writes <c>max_tokens</c> only where it has read it.</summary>
    private ChatCompletionOptions Limited(int tokens) => sendMaxCompletionTokens
        ? new ChatCompletionOptions { MaxOutputTokenCount = tokens }
        : ModelReaderWriter.Read<ChatCompletionOptions>(BinaryData.FromString(string.Create(CultureInfo.InvariantCulture, $$"""{"max_tokens":{{tokens}}}""")))!;
}
