using System.Collections.Concurrent;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Tests.Endpoints;

/// <summary>A server on this machine that speaks the OpenAI interface and misbehaves when told to.</summary>
/// <remarks>A text's vector depends on the text alone. Everything received is kept.</remarks>
public sealed class FakeServer : IDisposable
{
    public const int Dimensions = 8;
    private readonly HttpListener _listener;
    private readonly ConcurrentQueue<FakeAnswer> _queued = new();
    private readonly Task _loop;

    public FakeServer()
    {
        (_listener, Address) = Listen();
        _loop = Task.Run(ServeAsync);
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
        _listener.Close();
        _loop.Wait();
    }

    private static JsonNode Encode(float[] vector, bool base64) => base64
        ? Convert.ToBase64String(MemoryMarshal.AsBytes(vector))
        : new JsonArray([.. vector.Select(number => JsonValue.Create(number))]);

    private static (HttpListener, Uri) Listen()
    {
        while (true)
        {
            using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            socket.Start();
            int port = ((IPEndPoint)socket.LocalEndpoint).Port;
            socket.Stop();
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                return (listener, new Uri($"http://127.0.0.1:{port}/v1"));
            }
            catch (HttpListenerException)
            {
                listener.Close(); // another process took the port in between
            }
        }
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            _ = Task.Run(() => AnswerAsync(context));
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var request = new FakeRequest(
                context.Request.Url!.AbsolutePath, context.Request.Headers["Authorization"], JsonNode.Parse(await reader.ReadToEndAsync())!.AsObject());
            Requests.Enqueue(request);
            FakeAnswer answer = _queued.TryDequeue(out FakeAnswer? queued) ? queued : Otherwise(request) ?? Usual(request);
            if (answer.After is { } moment) await moment;
            byte[] body = Encoding.UTF8.GetBytes(answer.Body);
            context.Response.StatusCode = answer.Status;
            context.Response.ContentType = "application/json";
            if (answer.Endless) context.Response.SendChunked = true;
            else context.Response.ContentLength64 = body.Length;
            if (answer.RetryAfter is not null) context.Response.Headers["Retry-After"] = answer.RetryAfter;
            while (answer.Endless) await context.Response.OutputStream.WriteAsync(body);
            await context.Response.OutputStream.WriteAsync(body.AsMemory(0, answer.CutAfter ?? body.Length));
            if (answer.CutAfter is null) context.Response.Close();
            else context.Response.Abort();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            context.Response.Abort(); // the client went away, or the server is closed
        }
    }

    private static FakeAnswer Usual(FakeRequest request) => request.Path switch
    {
        "/v1/embeddings" => Embeddings(request),
        "/v1/chat/completions" => Completion($"Seen {Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(request.Image)))[..8]}"),
        _ => FakeAnswer.Error(404, $"no such path {request.Path}"),
    };
}
