using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tessera.ModelServer;

/// <summary>The JSON body of a request, whose fields are read as what they must be.</summary>
internal sealed class ApiRequest(JsonObject body)
{
    /// <summary>What the request asks about: texts, or the SHA-256 of images.</summary>
    public List<string> Inputs { get; } = [];

    public static async Task<ApiRequest> ReadAsync(Stream stream)
    {
        try
        {
            return new ApiRequest(await JsonNode.ParseAsync(stream) as JsonObject ?? throw ApiError.NoJson());
        }
        catch (JsonException)
        {
            throw ApiError.NoJson();
        }
    }

    public JsonNode? this[string param] => body[param];

    /// <summary>The model asked for, which must be this one.</summary>
    public void RequireModel(string served)
    {
        string asked = Text("model") ?? throw ApiError.Missing("model");
        if (asked != served) throw ApiError.UnknownModel(asked);
    }

    public string? Text(string param) => Value<string>(param, JsonValueKind.String, "a string");

    public double? Number(string param) => Value<double?>(param, JsonValueKind.Number, "a number");

    /// <summary>A count of 1 or more.</summary>
    public int? Count(string param)
    {
        if (Number(param) is not { } number) return null;
        if (number != Math.Floor(number)) throw ApiError.WrongType(param, "an integer");
        return number >= 1 ? (int)Math.Min(number, int.MaxValue)
            : throw ApiError.Invalid(
                param, $"Invalid '{param}': integer below minimum value. Expected a value >= 1, but got {number} instead.", "integer_below_min_value");
    }

    /// <summary>Refuses a parameter that this server cannot honor.</summary>
    public void Refuse(string param, string message)
    {
        if (body[param] is not null) throw ApiError.Invalid(param, message, "unsupported_parameter");
    }

    private T? Value<T>(string param, JsonValueKind kind, string expected)
    {
        if (body[param] is not { } node) return default;
        return node.GetValueKind() == kind ? node.GetValue<T>() : throw ApiError.WrongType(param, expected);
    }
}
