using System.ClientModel.Primitives;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using OpenAIMessage = OpenAI.Chat.ChatMessage;

namespace Tessera.Encoders.Endpoints;

/// <summary>Answers of a chat model behind an OpenAI-compatible server (<c>POST …/chat/completions</c>): texts and images in, text out.</summary>
/// <remarks>Of the options, temperature, top-p, the most output tokens and stop sequences are passed on; tools are not supported.</remarks>
public sealed class EndpointChatClient : IChatClient
{
    private readonly EndpointCaller _caller;
    private readonly ChatClient _client;
    private readonly ChatClientMetadata _metadata;
    private readonly bool _completionTokens;

    /// <summary>Prepares requests; none is sent yet.</summary>
    /// <param name="options">Server and model.</param>
    /// <param name="sendMaxCompletionTokens">
    /// Whether the most output tokens are sent as <c>max_completion_tokens</c>, which some hosted models insist on, in place of <c>max_tokens</c>,
    /// which alone many local servers understand.
    /// </param>
    public EndpointChatClient(EndpointOptions options, bool sendMaxCompletionTokens = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        _completionTokens = sendMaxCompletionTokens;
        _caller = new EndpointCaller(options);
        _client = new ChatClient(options.Model, _caller.Credential, _caller.ClientOptions());
        _metadata = new ChatClientMetadata("openai-compatible", options.Address, options.Model);
    }

    /// <summary>Sends the conversation and waits for the whole answer; a refusal by the model is an answer without text.</summary>
    /// <exception cref="EndpointException">The request failed for good.</exception>
    /// <exception cref="NotSupportedException">A message has content that is neither text nor image.</exception>
    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        OpenAIMessage[] conversation = [.. messages.Select(Convert)];
        ChatCompletionOptions asked = Limited(options?.MaxOutputTokens);
        asked.Temperature = options?.Temperature;
        asked.TopP = options?.TopP;
        foreach (string stop in options?.StopSequences ?? []) asked.StopSequences.Add(stop);
        return _caller.CallAsync(
            async token => Convert(await _client.CompleteChatAsync(conversation, asked, token).ConfigureAwait(false)), cancellationToken);
    }

    /// <summary>Gives the whole answer as one piece: a piece already given away could not be repeated.</summary>
    /// <exception cref="EndpointException">The request failed for good.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse response = await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates()) yield return update;
    }

    /// <summary>Gives the metadata (server, model) or this object.</summary>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null) return null;
        return serviceType == typeof(ChatClientMetadata) ? _metadata : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _caller.Dispose();

    /// <summary>Options with the most output tokens; the package writes <c>max_tokens</c> only where it has read it.</summary>
    private ChatCompletionOptions Limited(int? tokens) => tokens is null || _completionTokens
        ? new ChatCompletionOptions { MaxOutputTokenCount = tokens }
        : ModelReaderWriter.Read<ChatCompletionOptions>(BinaryData.FromString(string.Create(CultureInfo.InvariantCulture, $$"""{"max_tokens":{{tokens}}}""")))!;

    private static OpenAIMessage Convert(ChatMessage message)
    {
        if (message.Role == ChatRole.System) return new SystemChatMessage(message.Text);
        if (message.Role == ChatRole.Assistant) return new AssistantChatMessage(message.Text);
        return new UserChatMessage(message.Contents.Select(Convert));
    }

    private static ChatMessageContentPart Convert(AIContent content) => content switch
    {
        TextContent text => ChatMessageContentPart.CreateTextPart(text.Text),
        DataContent image when image.HasTopLevelMediaType("image") =>
            ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(image.Data), image.MediaType),
        _ => throw new NotSupportedException($"A message holds a {content.GetType().Name}; only texts and images can be sent."),
    };

    private ChatResponse Convert(ChatCompletion answer)
    {
        string text = string.Concat(answer.Content.Select(part => part.Text));
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, text))
        {
            ModelId = _metadata.DefaultModelId,
            FinishReason = answer.FinishReason switch
            {
                OpenAI.Chat.ChatFinishReason.Length => ChatFinishReason.Length,
                OpenAI.Chat.ChatFinishReason.ContentFilter => ChatFinishReason.ContentFilter,
                _ => ChatFinishReason.Stop,
            },
        };
    }
}
