using System.Text.Json.Nodes;
using Tessera.Serving;

namespace Tessera.Client;

public sealed partial class TesseraClient
{
    /// <summary>All generations of the model, with what users did with the lists of the last days.</summary>
    /// <param name="days">How many days, 1 to 3,650.</param>
    public Task<ModelList> ListModelsAsync(int days = 30, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<ModelList>(HttpMethod.Get, $"v1/models?days={Text(days)}", null, cancellationToken);

    /// <summary>Trains the next generation in the background, which becomes the champion if it is at least as good on validation; the job says how far it is.</summary>
    /// <param name="idempotencyKey">By what the request is known, so that sending it again begins none; null for none.</param>
    public Task<JobView> TrainAsync(string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<JobView>(HttpMethod.Post, "v1/models", null, cancellationToken, ("Idempotency-Key", idempotencyKey));

    /// <summary>State of the process that answers: its model, its last five minutes, and how far behind the log it is.</summary>
    public Task<ServiceStatus> GetStatusAsync(CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<ServiceStatus>(HttpMethod.Get, "v1/status", null, cancellationToken);

    /// <summary>
    /// Makes a generation the champion; going back to an earlier one is the same call. The answer comes when it serves, which takes as long as opening it does:
    /// where <see cref="HttpClient.Timeout"/> is less, it becomes the champion all the same.
    /// </summary>
    public Task MakeChampionAsync(string model, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(HttpMethod.Put, "v1/aliases/champion", new JsonObject { ["model"] = model }, cancellationToken);

    /// <summary>Makes a generation the challenger, as <see cref="MakeChampionAsync"/> the champion.</summary>
    /// <param name="traffic">Share of the users whom it serves, 0 to 1.</param>
    public Task MakeChallengerAsync(string model, double traffic, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(HttpMethod.Put, "v1/aliases/challenger", new JsonObject { ["model"] = model, ["traffic"] = traffic }, cancellationToken);

    /// <summary>Ends the trial of the challenger.</summary>
    public Task EndChallengeAsync(CancellationToken cancellationToken = default) => _exchange.SendAsync(HttpMethod.Delete, "v1/aliases/challenger", null, cancellationToken);

    /// <summary>How far a job is; null where there is none of that id.</summary>
    public Task<JobView?> FindJobAsync(string job, CancellationToken cancellationToken = default) => _exchange.FindAsync<JobView>($"v1/jobs/{Id(job)}", cancellationToken);

    /// <summary>Jobs, latest first.</summary>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    public Task<IReadOnlyList<JobView>> ListJobsAsync(int limit = 20, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<IReadOnlyList<JobView>>(HttpMethod.Get, $"v1/jobs?limit={Text(limit)}", null, cancellationToken);

    /// <summary>The latest events that could not be stored, and why.</summary>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    public Task<IReadOnlyList<RejectedEvent>> ListRejectedEventsAsync(int limit = 100, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<IReadOnlyList<RejectedEvent>>(HttpMethod.Get, $"v1/events/rejected?limit={Text(limit)}", null, cancellationToken);

    /// <summary>All keys, without their secrets.</summary>
    public Task<IReadOnlyList<KeyView>> ListKeysAsync(CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<IReadOnlyList<KeyView>>(HttpMethod.Get, "v1/keys", null, cancellationToken);

    /// <summary>Makes a key, whose secret is in this answer alone.</summary>
    /// <param name="name">What people call it, up to 100 characters.</param>
    /// <param name="scopes">What it allows: some of <c>read</c>, <c>write</c>, <c>admin</c>.</param>
    public Task<KeyView> CreateKeyAsync(string name, IReadOnlyList<string> scopes, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<KeyView>(HttpMethod.Post, "v1/keys", new JsonObject { ["name"] = name, ["scopes"] = new JsonArray([.. scopes.Select(scope => JsonValue.Create(scope))]) }, cancellationToken);

    /// <summary>Revokes a key: it is refused from then on.</summary>
    public Task RevokeKeyAsync(string key, CancellationToken cancellationToken = default) => _exchange.SendAsync(HttpMethod.Delete, $"v1/keys/{Id(key)}", null, cancellationToken);

    /// <summary>
    /// Stores items or events of any number, a JSON object a line; returns when all of them are stored. Where that takes longer than <see cref="HttpClient.Timeout"/>, 100 s
    /// unless it is set, it breaks off; sent again, it does what is missing.
    /// </summary>
    /// <param name="kind"><c>items</c> or <c>events</c>.</param>
    /// <param name="lines">UTF-8; read to its end and disposed of.</param>
    /// <param name="idempotencyKey">By what the import is known, so that sending it again does nothing once it has succeeded; null for none.</param>
    public async Task<JobView> ImportAsync(string kind, Stream lines, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        var content = new StreamContent(lines) { Headers = { ContentType = new("application/x-ndjson") } };
        using HttpResponseMessage response = await _exchange.SendAsync(
            HttpMethod.Post, $"v1/imports?kind={Id(kind)}", content, cancellationToken, ("Idempotency-Key", idempotencyKey)).ConfigureAwait(false);
        return await Exchange.ReadAsync<JobView>(response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All items, events or users, a JSON object a line; the stream is the caller's to dispose of.</summary>
    /// <param name="kind"><c>items</c>, <c>events</c> or <c>users</c>.</param>
    public async Task<Stream> ExportAsync(string kind, CancellationToken cancellationToken = default)
    {
        HttpResponseMessage response = await _exchange.SendAsync(HttpMethod.Get, $"v1/exports/{Id(kind)}", (HttpContent?)null, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
    }
}
