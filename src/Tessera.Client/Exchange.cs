using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tessera.Client;

/// <summary>Requests and answers as JSON; what is refused is thrown.</summary>
internal sealed class Exchange(HttpClient http)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Sends a body, or none, and reads the answer.</summary>
    public async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancel, params (string Name, string? Value)[] headers)
    {
        using HttpResponseMessage response = await SendAsync(method, path, Content(body), cancel, headers).ConfigureAwait(false);
        return await ReadAsync<T>(response, cancel).ConfigureAwait(false);
    }

    /// <summary>Sends a body, or none, of which there is no answer.</summary>
    public async Task SendAsync(HttpMethod method, string path, object? body, CancellationToken cancel, params (string Name, string? Value)[] headers) =>
        (await SendAsync(method, path, Content(body), cancel, headers).ConfigureAwait(false)).Dispose();

    /// <summary>What is there; null where nothing is.</summary>
    public async Task<T?> FindAsync<T>(string path, CancellationToken cancel)
        where T : class
    {
        try
        {
            return await SendAsync<T>(HttpMethod.Get, path, body: null, cancel).ConfigureAwait(false);
        }
        catch (TesseraProblemException cause) when (cause.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Sends content; the answer is the caller's.</summary>
    /// <exception cref="TesseraProblemException">It was refused.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach ((string name, string? value) in headers)
            if (value is not null) request.Headers.TryAddWithoutValidation(name, value);
        HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        if (response.IsSuccessStatusCode) return response;
        using (response) throw await ProblemAsync(response, cancel).ConfigureAwait(false);
    }

    /// <summary>Reads an answer.</summary>
    public static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancel) =>
        await response.Content.ReadFromJsonAsync<T>(Json, cancel).ConfigureAwait(false) ?? throw new JsonException("The answer is null.");

    private static JsonContent? Content(object? body) => body is null ? null : JsonContent.Create(body, body.GetType(), options: Json);

    private static async Task<TesseraProblemException> ProblemAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        string? detail = null;
        try
        {
            detail = (string?)(await response.Content.ReadFromJsonAsync<JsonObject>(Json, cancel).ConfigureAwait(false))?["detail"];
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or NotSupportedException)
        {
            // It comes from something in between, which knows no problems.
        }

        return new TesseraProblemException(
            response.StatusCode, detail ?? $"The server answered {(int)response.StatusCode} {response.ReasonPhrase}.", response.Headers.RetryAfter?.Delta);
    }
}
