using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tessera.ModelServer;

// An OpenAI-compatible server of an embedding model and of one that describes pictures. It writes a line of JSON for each request it has answered, and
// ends with its standard input. Options: --port N, --key KEY, --embedding-model NAME, --chat-model NAME; --hold-after N leaves requests beyond N unanswered.
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.Listen(IPAddress.Loopback, builder.Configuration.GetValue<int>("port"));
    kestrel.Limits.MaxRequestBodySize = 50 << 20;
});
WebApplication app = builder.Build();
string? key = app.Configuration["key"];
string embeddingModel = app.Configuration["embedding-model"] ?? "all-MiniLM-L6-v2", chatModel = app.Configuration["chat-model"] ?? "palette";
int left = app.Configuration.GetValue("hold-after", int.MaxValue);
var tokens = new Tokens();
var embeddings = new Embeddings(embeddingModel, tokens);
var chat = new ChatCompletions(chatModel, tokens);

app.Run(async context =>
{
    ApiRequest? request = null;
    try
    {
        await WriteAsync(context, 200, await AnswerAsync(context));
    }
    catch (ApiError error)
    {
        await WriteAsync(context, error.Status, error.Body);
    }
    catch (BadHttpRequestException error)
    {
        await WriteAsync(context, error.StatusCode, new ApiError(error.StatusCode, error.Message).Body);
    }

    async Task<JsonObject> AnswerAsync(HttpContext context)
    {
        string method = context.Request.Method, path = context.Request.Path;
        bool lists = path == "/v1/models" || path.StartsWith("/v1/models/", StringComparison.Ordinal);
        if (!lists && path is not ("/v1/embeddings" or "/v1/chat/completions")) throw ApiError.UnknownAddress(method, path);
        RequireKey(context.Request.Headers.Authorization.ToString());
        if (method != (lists ? "GET" : "POST")) throw ApiError.WrongMethod(method, path);
        if (lists) return Models(path);
        request = await ApiRequest.ReadAsync(context.Request.Body);
        JsonObject answer = path == "/v1/embeddings" ? await embeddings.AnswerAsync(request) : chat.Answer(request);
        if (Interlocked.Decrement(ref left) >= 0) return answer;
        Tell(context, 0);
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
        return answer;
    }

    async Task WriteAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body.ToJsonString());
        await context.Response.CompleteAsync();
        Tell(context, status);
    }

    void Tell(HttpContext context, int status)
    {
        string line = JsonSerializer.Serialize(new ServedRequest(context.Request.Path.ToString(), status, request?.Inputs ?? []));
        lock (app) Console.WriteLine(line);
    }
});

await app.StartAsync();
Console.WriteLine("ready");
await Console.In.ReadToEndAsync();
await app.StopAsync();

void RequireKey(string authorization)
{
    if (key is null) return;
    if (!authorization.StartsWith("Bearer ", StringComparison.Ordinal)) throw ApiError.MissingKey();
    string given = authorization["Bearer ".Length..];
    if (given != key) throw ApiError.WrongKey(given);
}

JsonObject Models(string path)
{
    JsonObject[] models =
    [
        .. new[] { embeddingModel, chatModel }
            .Select(id => new JsonObject { ["id"] = id, ["object"] = "model", ["created"] = 0, ["owned_by"] = "tessera" }),
    ];
    if (path == "/v1/models") return new JsonObject { ["object"] = "list", ["data"] = new JsonArray([.. models]) };
    string asked = path["/v1/models".Length..].TrimStart('/');
    return models.FirstOrDefault(model => (string)model["id"]! == asked) ?? throw ApiError.UnknownModel(asked);
}
