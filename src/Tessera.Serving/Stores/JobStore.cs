using System.Security.Cryptography;
using Tessera.Data;

namespace Tessera.Serving.Stores;

/// <summary>Work that goes on after its request was answered. A job that succeeded changes no more, nor does one that failed unless it is begun again.</summary>
internal sealed class JobStore(Store store)
{
    private const string Add = """
        INSERT INTO jobs (namespace, id, kind, idempotency_key, state, progress, created, changed)
        VALUES (@Number, @Id, @Kind, @IdempotencyKey, 'Waiting', 0, @Now, @Now)
        ON CONFLICT (namespace, kind, idempotency_key) DO NOTHING
        """;

    private const string Select = "SELECT id, kind, state, progress, result, error, created, changed FROM jobs WHERE namespace = @Number";

    private const string Find = Select + " AND id = @Id";

    private const string FindByKey = Select + " AND kind = @Kind AND idempotency_key = @IdempotencyKey";

    private const string List = Select + " ORDER BY created DESC, id LIMIT @Limit";

    private const string ListOpen = Select + " AND kind = @Kind AND state IN ('Waiting', 'Running') ORDER BY created, id";

    private const string FindLatest = Select + " AND kind = @Kind ORDER BY created DESC, id LIMIT 1";

    private const string Change = """
        UPDATE jobs
        SET state = @State, progress = @Progress, result = @Result, error = @Error, changed = @Now
        WHERE namespace = @Number AND id = @Id AND state IN ('Waiting', 'Running')
        """;

    private const string Abandon = """
        UPDATE jobs
        SET state = 'Failed', error = @Error, changed = @Now
        WHERE namespace = @Number AND kind = @Kind AND state IN ('Waiting', 'Running') AND changed < @Before
        """;

    private const string Revive = """
        UPDATE jobs
        SET state = 'Running', error = NULL, changed = @Now
        WHERE namespace = @Number AND id = @Id AND state = 'Failed'
        """;

    /// <summary>Adds a job that waits.</summary>
    /// <param name="kind">What it does.</param>
    /// <param name="idempotencyKey">What its request is known by; one with the same, of the same kind, gets the same job. Null for none.</param>
    /// <returns>The job, and whether it is new.</returns>
    /// <exception cref="InvalidInputException">The key cannot be used.</exception>
    public Task<(Job Job, bool IsNew)> AddAsync(string kind, string? idempotencyKey = null, CancellationToken cancel = default)
    {
        if (idempotencyKey is not null) StoredId.Require("request", idempotencyKey);
        return store.WriteAsync(
            Turn.Models,
            async session =>
            {
                string id = RandomNumberGenerator.GetHexString(16, lowercase: true);
                bool isNew = await session.ExecuteAsync(Add, new { store.Number, Id = id, Kind = kind, IdempotencyKey = idempotencyKey, Now }) > 0;
                Row? row = isNew ? await session.FindAsync<Row>(Find, new { store.Number, Id = id })
                    : await session.FindAsync<Row>(FindByKey, new { store.Number, Kind = kind, IdempotencyKey = idempotencyKey });
                return (row!.ToJob(), isNew);
            },
            cancel);
    }

    /// <summary>The job with an id, or null.</summary>
    public Task<Job?> FindAsync(string id, CancellationToken cancel = default) =>
        store.ReadAsync(async session => StoredId.IsSound(id) ? (await session.FindAsync<Row>(Find, new { store.Number, Id = id }))?.ToJob() : null, cancel);

    /// <summary>Jobs, latest first.</summary>
    public Task<IReadOnlyList<Job>> ListAsync(int limit, CancellationToken cancel = default) => store.ReadAsync<IReadOnlyList<Job>>(
        async session => (await session.ListAsync<Row>(List, new { store.Number, Limit = limit })).ConvertAll(row => row.ToJob()), cancel);

    /// <summary>Jobs of a kind that neither succeeded nor failed, earliest first.</summary>
    public Task<IReadOnlyList<Job>> OpenAsync(string kind, CancellationToken cancel = default) => store.ReadAsync<IReadOnlyList<Job>>(
        async session => (await session.ListAsync<Row>(ListOpen, new { store.Number, Kind = kind })).ConvertAll(row => row.ToJob()), cancel);

    /// <summary>The job of a kind that was asked for last, or null.</summary>
    public Task<Job?> LatestAsync(string kind, CancellationToken cancel = default) =>
        store.ReadAsync(async session => (await session.FindAsync<Row>(FindLatest, new { store.Number, Kind = kind }))?.ToJob(), cancel);

    /// <summary>Says how far a job is, and that it is alive.</summary>
    /// <returns>Whether there is such a job that neither succeeded nor failed.</returns>
    public Task<bool> ReportAsync(string id, double progress, CancellationToken cancel = default) =>
        ChangeAsync(id, JobState.Running, progress, null, null, cancel);

    /// <inheritdoc cref="ReportAsync"/>
    /// <summary>Ends a job.</summary>
    public Task<bool> SucceedAsync(string id, string? result = null, CancellationToken cancel = default) =>
        ChangeAsync(id, JobState.Succeeded, 1, result, null, cancel);

    /// <inheritdoc cref="ReportAsync"/>
    /// <summary>Ends a job with a sentence that says why it failed.</summary>
    public Task<bool> FailAsync(string id, string error, CancellationToken cancel = default) =>
        ChangeAsync(id, JobState.Failed, 0, null, error, cancel);

    /// <summary>Lets jobs of a kind fail of which nothing was heard since a time, as those of a process that is gone.</summary>
    /// <returns>How many.</returns>
    public Task<int> AbandonAsync(string kind, DateTimeOffset before, string error, CancellationToken cancel = default) => store.WriteAsync(
        Turn.Models, session => session.ExecuteAsync(Abandon, new { store.Number, Kind = kind, Before = StoredTime.From(before), Error = error, Now }), cancel);

    /// <summary>Begins a job again that failed.</summary>
    /// <returns>Whether it had failed; else it is as it was.</returns>
    public Task<bool> ReviveAsync(string id, CancellationToken cancel = default) =>
        store.WriteAsync(Turn.Models, async session => await session.ExecuteAsync(Revive, new { store.Number, Id = id, Now }) > 0, cancel);

    private long Now => StoredTime.From(store.Database.Time.GetUtcNow());

    private Task<bool> ChangeAsync(string id, JobState state, double progress, string? result, string? error, CancellationToken cancel)
    {
        error = error is null ? null : StoredText.Cleaned(error);
        var values = new { store.Number, Id = id, State = state.ToString(), Progress = progress, Result = result, Error = error, Now };
        return store.WriteAsync(Turn.Models, async session => await session.ExecuteAsync(Change, values) > 0, cancel);
    }

    private sealed record Row
    {
        public string Id { get; init; } = "";

        public string Kind { get; init; } = "";

        public string State { get; init; } = "";

        public double Progress { get; init; }

        public string? Result { get; init; }

        public string? Error { get; init; }

        public long Created { get; init; }

        public long Changed { get; init; }

        public Job ToJob() => new(Id, Kind, Enum.Parse<JobState>(State), Progress, Result, Error, StoredTime.Read(Created), StoredTime.Read(Changed));
    }
}
