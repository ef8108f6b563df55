using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Tessera.Encoders.Onnx;

namespace Tessera.ModelServer;

/// <summary><c>POST /v1/embeddings</c>: vectors of all-MiniLM-L6-v2.</summary>
internal sealed class Embeddings(string model, Tokens tokens)
{
    private const int MaxTexts = 2048, MaxTokens = 256;
    private readonly Lazy<IEmbeddingGenerator<string, Embedding<float>>> _encoder = new(OnnxModels.MiniLm(threads: 1).Texts!);

    public async Task<JsonObject> AnswerAsync(ApiRequest request)
    {
        request.RequireModel(model);
        request.Refuse("dimensions", "This model does not support specifying dimensions.");
        string format = request.Text("encoding_format") ?? "float";
        if (format is not ("float" or "base64"))
            throw ApiError.Invalid("encoding_format", $"Invalid value: '{format}'. Supported values are: 'float' and 'base64'.");
        request.Inputs.AddRange(Texts(request));
        int used = 0;
        foreach (string text in request.Inputs)
        {
            int length = tokens.Count(text);
            if (length > MaxTokens)
            {
                throw ApiError.Invalid(
                    "input", $"This model's maximum context length is {MaxTokens} tokens, however you requested {length} tokens. Please reduce your prompt.",
                    "context_length_exceeded");
            }

            used += length;
        }

        GeneratedEmbeddings<Embedding<float>> vectors = await _encoder.Value.GenerateAsync(request.Inputs);
        return new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. vectors.Select((vector, index) => new JsonObject
            {
                ["object"] = "embedding",
                ["index"] = index,
                ["embedding"] = format == "float" ? Numbers(vector.Vector.Span) : Convert.ToBase64String(MemoryMarshal.AsBytes(vector.Vector.Span)),
            })]),
            ["model"] = model,
            ["usage"] = new JsonObject { ["prompt_tokens"] = used, ["total_tokens"] = used },
        };
    }

    private static string[] Texts(ApiRequest request)
    {
        JsonNode input = request["input"] ?? throw ApiError.Missing("input");
        JsonNode?[] parts = input is JsonArray array ? [.. array] : [input];
        if (parts.Length is 0 or > MaxTexts)
            throw ApiError.Invalid("input", $"Invalid 'input': expected 1 to {MaxTexts} texts, but got {parts.Length} instead.");
        if (parts.Any(part => part?.GetValueKind() != JsonValueKind.String))
            throw ApiError.WrongType("input", "a string or an array of strings; this model takes no tokens");
        string[] texts = [.. parts.Select(part => part!.GetValue<string>())];
        return texts.All(text => text.Length > 0) ? texts : throw ApiError.Invalid("input", "Invalid 'input': input cannot be an empty string.");
    }

    private static JsonArray Numbers(ReadOnlySpan<float> vector)
    {
        var numbers = new JsonArray();
        foreach (float number in vector) numbers.Add(number);
        return numbers;
    }
}
