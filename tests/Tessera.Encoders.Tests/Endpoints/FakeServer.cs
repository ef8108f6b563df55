using System.Collections.Concurrent;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Tests.Endpoints;

/// <summary>A server on this machine that speaks the OpenAI interface and misbehaves when told to.</summary>
/// <remarks>A text's vector depends on the text alone. Everything received is kept.</remarks>
public sealed class FakeServer : IDisposable
{
    public const int Dimensions = 8;
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<FakeAnswer> _queued = new();

    public FakeServer()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(AnswerAsync);
        _server.Start();
        Address = new Uri($"{_server.Urls.Single()}/v1");
    }

    public Uri Address { get; }

    public ConcurrentQueue<FakeRequest> Requests { get; } = new();

    /// <summary>All texts received, in order of arrival.</summary>
    public string[] Texts => [.. Requests.SelectMany(request => request.Texts)];

    /// <summary>What to answer in place of the usual; null for the usual.</summary>
    public Func<FakeRequest, FakeAnswer?> Otherwise { get; set; } = _ => null;

    /// <summary>Options with no real waiting between attempts.</summary>
    public EndpointOptions Options(string? key = null, InstantClock? clock = null) => new()
    {
        Address = Address,
        Model = "fake-model",
        Key = key is null ? null : new ApiKey(key),
        Clock = clock ?? new InstantClock(),
        Jitter = () => 0.5,
    };

    /// <summary>Answers the next requests so, one each.</summary>
    public void Next(params ReadOnlySpan<FakeAnswer> answers)
    {
        foreach (FakeAnswer answer in answers) _queued.Enqueue(answer);
    }

    /// <summary>The vector that belongs to a text.</summary>
    public static float[] VectorOf(string text, int dimensions = Dimensions)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return [.. Enumerable.Range(0, dimensions).Select(d => (hash[d % hash.Length] + 1) / 256f)];
    }

    /// <summary>A usual answer to a request for embeddings, with other vectors where given.</summary>
    public static FakeAnswer Embeddings(FakeRequest request, Func<string, float[]>? vector = null) => new(200, new JsonObject
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. request.Texts.Select((text, index) => new JsonObject
        {
            ["object"] = "embedding",
            ["index"] = index,
            ["embedding"] = Encode((vector ?? (t => VectorOf(t)))(text), (string?)request.Body["encoding_format"] == "base64"),
        })]),
        ["model"] = "fake-model",
        ["usage"] = new JsonObject { ["prompt_tokens"] = 1, ["total_tokens"] = 1 },
    }.ToJsonString());

    /// <summary>A usual answer to a request for a chat completion.</summary>
    public static FakeAnswer Completion(string text, string finish = "stop") => new(200, new JsonObject
    {
        ["id"] = "x",
        ["object"] = "chat.completion",
        ["created"] = 1,
        ["model"] = "fake-model",
        ["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = text },
            ["finish_reason"] = finish,
        }),
        ["usage"] = new JsonObject { ["prompt_tokens"] = 1, ["completion_tokens"] = 1, ["total_tokens"] = 2 },
    }.ToJsonString());

    public void Dispose()
    {
        _server.StopAsync(new CancellationToken(canceled: true)).Wait(); // requests that are waiting for an answer are broken off
        ((IDisposable)_server).Dispose();
    }

    private static JsonNode Encode(float[] vector, bool base64) => base64
        ? Convert.ToBase64String(MemoryMarshal.AsBytes(vector))
        : new JsonArray([.. vector.Select(number => JsonValue.Create(number))]);

    private async Task AnswerAsync(HttpContext context)
    {
        JsonNode body = (await JsonNode.ParseAsync(context.Request.Body))!;
        var request = new FakeRequest(context.Request.Path.ToString(), (string?)context.Request.Headers.Authorization, body.AsObject());
        Requests.Enqueue(request);
        FakeAnswer answer = _queued.TryDequeue(out FakeAnswer? queued) ? queued : Otherwise(request) ?? Usual(request);
        if (answer.After is { } moment) await moment.WaitAsync(context.RequestAborted);
        byte[] bytes = Encoding.UTF8.GetBytes(answer.Body);
        HttpResponse response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = "application/json";
        if (!answer.Endless) response.ContentLength = bytes.Length;
        if (answer.RetryAfter is not null) response.Headers.RetryAfter = answer.RetryAfter;
        while (answer.Endless) await response.Body.WriteAsync(bytes, context.RequestAborted);
        await response.Body.WriteAsync(bytes.AsMemory(0, answer.CutAfter ?? bytes.Length));
        await response.Body.FlushAsync();
        if (answer.CutAfter is not null) context.Abort();
    }

    private static FakeAnswer Usual(FakeRequest request) => request.Path switch
    {
        "/v1/embeddings" => Embeddings(request),
        "/v1/chat/completions" => Completion($"Seen {Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(request.Image)))[..8]}"),
        _ => FakeAnswer.Error(404, $"no such path {request.Path}"),
    };
}
