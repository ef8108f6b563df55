using System.Globalization;
using System.Text.Json.Nodes;
using Tessera.Serving;

namespace Tessera.Client;

/// <summary>
/// The server's endpoints as methods. All throw <see cref="TesseraProblemException"/> for what the server refuses, and <see cref="HttpRequestException"/> where it
/// cannot be reached. Events may be sent again: each is stored once. Trainings and imports may be, too, with the same idempotency key; a new key is another each time.
/// </summary>
public sealed partial class TesseraClient
{
    private readonly Exchange _exchange;

    /// <summary>A client over another, which has the server's address and the header <c>Authorization: Bearer KEY</c>.</summary>
    /// <param name="http">Its <see cref="HttpClient.BaseAddress"/> is the server's; one with a path ends in a slash.</param>
    public TesseraClient(HttpClient http)
    {
        ArgumentNullException.ThrowIfNull(http);
        _exchange = new Exchange(http);
    }

    /// <summary>Recommends to a user or a session.</summary>
    public Task<RecommendationResponse> RecommendAsync(RecommendationRequest request, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<RecommendationResponse>(HttpMethod.Post, "v1/recommendations", request, cancellationToken);

    /// <summary>Recommends to a user, without any rules.</summary>
    /// <param name="count">How many items, 1 to <see cref="RecommendationRequest.MaxCount"/>.</param>
    /// <param name="model">Which model answers, as <see cref="RecommendationRequest.Model"/> has it; null for the one that serves the user.</param>
    public Task<RecommendationResponse> RecommendToUserAsync(string user, int count = 10, string? model = null, CancellationToken cancellationToken = default)
    {
        string chosen = model is null ? "" : $"&model={Id(model)}";
        return _exchange.SendAsync<RecommendationResponse>(HttpMethod.Get, $"v1/users/{Id(user)}/recommendations?count={Text(count)}{chosen}", null, cancellationToken);
    }

    /// <summary>
    /// Recommends for up to <see cref="RecommendationRequest.MaxBatch"/> requests of <see cref="RecommendationRequest.MaxBatchItems"/> items in all, each of which
    /// succeeds or is refused by itself.
    /// </summary>
    /// <returns>One for each, in their order.</returns>
    public Task<IReadOnlyList<BatchEntry>> RecommendBatchAsync(IReadOnlyList<RecommendationRequest> requests, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<IReadOnlyList<BatchEntry>>(HttpMethod.Post, "v1/recommendations/batch", requests, cancellationToken);

    /// <summary>The items that are most similar to one.</summary>
    /// <param name="by">A modality of the model, or <c>all</c>.</param>
    public Task<SimilarResponse> FindSimilarAsync(string item, int count = 10, string by = "all", CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<SimilarResponse>(HttpMethod.Get, $"v1/items/{Id(item)}/similar?count={Text(count)}&by={Id(by)}", null, cancellationToken);

    /// <summary>Stores up to 1,000 events, each exactly once however often it is sent; they are on the server's disk when this returns.</summary>
    public Task<AppendResult> AppendEventsAsync(IReadOnlyList<UserEvent> events, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<AppendResult>(HttpMethod.Post, "v1/events", events, cancellationToken);

    /// <summary>What is known of a user.</summary>
    /// <param name="limit">How many events of the history at most, 1 to <see cref="UserView.MaxHistory"/>.</param>
    public Task<UserView> GetUserAsync(string user, int limit = 100, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<UserView>(HttpMethod.Get, $"v1/users/{Id(user)}?limit={Text(limit)}", null, cancellationToken);

    /// <summary>Erases a user and the sessions merged into it.</summary>
    public Task EraseUserAsync(string user, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(HttpMethod.Delete, $"v1/users/{Id(user)}", null, cancellationToken);

    /// <summary>Makes what a session did a user's, as at a login.</summary>
    public Task<UserChange> MergeUsersAsync(string from, string into, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<UserChange>(HttpMethod.Post, $"v1/users/{Id(into)}/merge", new JsonObject { ["from"] = from }, cancellationToken);

    /// <summary>A segment of a path or a value of a query.</summary>
    private static string Id(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (id is "." or "..") throw new ArgumentException($"'{id}' is no id, for no address can hold it; expected one that the server took.", nameof(id));
        return Uri.EscapeDataString(id);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
