using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tessera.ModelServer;

/// <summary><c>POST /v1/chat/completions</c>: says of each image in the last message what its pixels are like.</summary>
internal sealed class ChatCompletions(string model, Tokens tokens)
{
    private const int Patch = 32, MaxPatches = 1536; // an image's tokens are its patches, as OpenAI counts them
    private static readonly string[] Roles = ["developer", "system", "user", "assistant", "tool"];

    public JsonObject Answer(ApiRequest request)
    {
        request.RequireModel(model);
        if (request["stream"] is JsonValue stream && stream.GetValueKind() == JsonValueKind.True)
            throw ApiError.Invalid("stream", "This model does not support streaming.", "unsupported_value");
        if (request.Number("temperature") is < 0 or > 2) throw ApiError.Invalid("temperature", "Invalid 'temperature': expected a value from 0 to 2.");
        if (request["max_tokens"] is not null && request["max_completion_tokens"] is not null)
            throw ApiError.Invalid("max_tokens", "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.");
        int most = request.Count("max_completion_tokens") ?? request.Count("max_tokens") ?? int.MaxValue;

        int used = 0;
        List<string> said = [];
        foreach ((string text, byte[]? image) in Parts(request))
        {
            if (image is null)
            {
                used += tokens.Count(text);
                continue;
            }

            request.Inputs.Add(Convert.ToHexStringLower(SHA256.HashData(image)));
            Picture picture = Picture.Decode(image) ?? throw ApiError.Invalid(
                "messages", "You uploaded an unsupported image. Please make sure your image has one of the following formats: ['png', 'jpeg', 'gif', 'webp'].",
                "invalid_image_format");
            used += Math.Min(Patches(picture.Width) * Patches(picture.Height), MaxPatches);
            said.Add(picture.Description);
        }

        string whole = said.Count > 0 ? string.Join("\n\n", said) : "There is no image to describe.";
        string answer = tokens.Cut(whole, most);
        int written = tokens.Count(answer);
        return new JsonObject
        {
            ["id"] = $"chatcmpl-{Guid.NewGuid():N}",
            ["object"] = "chat.completion",
            ["created"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["model"] = model,
            ["choices"] = new JsonArray(new JsonObject
            {
                ["index"] = 0,
                ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = answer, ["refusal"] = null },
                ["logprobs"] = null,
                ["finish_reason"] = answer.Length < whole.Length ? "length" : "stop",
            }),
            ["usage"] = new JsonObject { ["prompt_tokens"] = used, ["completion_tokens"] = written, ["total_tokens"] = used + written },
        };
    }

    /// <summary>The texts and images of all messages.</summary>
    private static IEnumerable<(string Text, byte[]? Image)> Parts(ApiRequest request)
    {
        if ((request["messages"] ?? throw ApiError.Missing("messages")) is not JsonArray { Count: > 0 } messages)
            throw ApiError.WrongType("messages", "an array of one message or more");
        foreach (JsonNode? node in messages)
        {
            if (node is not JsonObject message) throw ApiError.WrongType("messages", "an array of objects");
            if (!Roles.Contains(Text(message["role"])))
                throw ApiError.Invalid("messages", $"Invalid value for 'role'. Supported values are: {string.Join(", ", Roles)}.");
            foreach (JsonNode? part in message["content"] is JsonArray parts ? [.. parts] : new[] { message["content"] })
            {
                if (part is JsonValue) yield return (Text(part), null);
                else if (part is JsonObject content && Text(content["type"]) == "text") yield return (Text(content["text"]), null);
                else if (part is JsonObject image && Text(image["type"]) == "image_url" && image["image_url"] is JsonObject url)
                    yield return ("", Load(Text(url["url"])));
                else throw ApiError.Invalid("messages", "Invalid content: expected a string, or parts of type 'text' and 'image_url'.");
            }
        }
    }

    private static string Text(JsonNode? node) =>
        node is JsonValue && node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : throw ApiError.WrongType("messages", "a string");

    /// <summary>The bytes of a data URL; this server loads nothing from the network.</summary>
    private static byte[] Load(string url)
    {
        int comma = url.IndexOf(";base64,", StringComparison.Ordinal);
        if (!url.StartsWith("data:image/", StringComparison.Ordinal) || comma < 0)
            throw ApiError.Invalid("messages", "Failed to download image. Expected a base64-encoded data URL with an image MIME type.", "invalid_image_url");
        try
        {
            return Convert.FromBase64String(url[(comma + ";base64,".Length)..]);
        }
        catch (FormatException)
        {
            throw ApiError.Invalid("messages", "Invalid base64 image_url.", "invalid_base64");
        }
    }

    private static int Patches(int side) => (side + Patch - 1) / Patch;
}
