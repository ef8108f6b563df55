using System.Text.Json.Nodes;

namespace Tessera.ModelServer;

/// <summary>An answer with an error status, in OpenAI's form.</summary>
internal sealed class ApiError(int status, string message, string? param = null, string? code = null) : Exception(message)
{
    public int Status => status;

    public JsonObject Body => new()
    {
        ["error"] = new JsonObject { ["message"] = Message, ["type"] = "invalid_request_error", ["param"] = param, ["code"] = code },
    };

    public static ApiError MissingKey() => new(401, "You didn't provide an API key. Provide it in an Authorization header using Bearer auth.");

    public static ApiError WrongKey(string key) => new(
        401, $"Incorrect API key provided: {(key.Length > 8 ? $"{key[..4]}***{key[^4..]}" : "***")}.", code: "invalid_api_key");

    public static ApiError UnknownModel(string model) => new(404, $"The model `{model}` does not exist or you do not have access to it.", code: "model_not_found");

    public static ApiError UnknownAddress(string method, string path) => new(404, $"Unknown request URL: {method} {path}.", code: "unknown_url");

    public static ApiError WrongMethod(string method, string path) => new(405, $"Not allowed to {method} on {path}.", code: "method_not_supported");

    public static ApiError NoJson() => new(400, "We could not parse the JSON body of your request. The API expects a JSON payload.");

    public static ApiError Missing(string param) => new(400, $"Missing required parameter: '{param}'.", param, "missing_required_parameter");

    public static ApiError WrongType(string param, string expected) => new(400, $"Invalid type for '{param}': expected {expected}.", param, "invalid_type");

    public static ApiError Invalid(string param, string message, string code = "invalid_value") => new(400, message, param, code);
}
