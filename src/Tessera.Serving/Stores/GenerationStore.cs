using System.Text.Json.Nodes;
using Tessera.Data;

namespace Tessera.Serving.Stores;

/// <summary>The generations of a namespace's model. Which of them answer is in the log, so that every process swaps.</summary>
internal sealed class GenerationStore(Store store)
{
    private const string Add = """
        INSERT INTO generations (namespace, id, folder, state, traffic, metrics, trained_to, created)
        VALUES (@Number, @Id, @Folder, @State, 0, @Metrics, @TrainedTo, @Created)
        ON CONFLICT (namespace, id) DO NOTHING
        """;

    private const string List = """
        SELECT id, folder, state, traffic, metrics, trained_to AS trainedTo, created
        FROM generations
        WHERE namespace = @Number
        ORDER BY created DESC, id
        """;

    private const string MayEnter =
        "SELECT 1 FROM generations WHERE namespace = @Number AND id = @Id AND NOT (state = 'Champion' AND @State = 'Challenger')"; // or there would be no champion

    private const string Leave = "UPDATE generations SET state = 'Retired', traffic = 0 WHERE namespace = @Number AND (state = @State OR id = @Id)";

    private const string Enter = "UPDATE generations SET state = @State, traffic = @Traffic WHERE namespace = @Number AND id = @Id";

    private const string EndTrial = "UPDATE generations SET state = 'Retired', traffic = 0 WHERE namespace = @Number AND state = 'Challenger'";

    private const string Remove = "DELETE FROM generations WHERE namespace = @Number AND id = @Id AND state IN ('Candidate', 'Retired')";

    private const string LogChange = "INSERT INTO log (position, namespace, kind) VALUES (@Position, @Number, @Kind)";

    /// <summary>Adds a generation, as a candidate.</summary>
    /// <exception cref="InvalidInputException">The id cannot be used, or is taken.</exception>
    public Task AddAsync(StoredGeneration generation, CancellationToken cancel = default)
    {
        StoredId.Require("generation", generation.Id);
        return store.WriteAsync(
            Turn.Models,
            async session =>
            {
                int added = await session.ExecuteAsync(Add, new
                {
                    store.Number,
                    generation.Id,
                    generation.Folder,
                    State = nameof(GenerationState.Candidate),
                    Metrics = generation.Metrics.ToJsonString(),
                    generation.TrainedTo,
                    Created = StoredTime.From(store.Database.Time.GetUtcNow()),
                });
                return added > 0 ? added : throw new InvalidInputException($"There is a generation '{generation.Id}' already; expected a new id.");
            },
            cancel);
    }

    /// <summary>All generations, latest first.</summary>
    public Task<IReadOnlyList<StoredGeneration>> ListAsync(CancellationToken cancel = default) => store.ReadAsync<IReadOnlyList<StoredGeneration>>(
        async session => (await session.ListAsync<Row>(List, new { store.Number })).ConvertAll(row => row.ToGeneration()), cancel);

    /// <summary>Makes a generation the champion; whichever was is retired. A rollback is the same call.</summary>
    /// <returns>Whether there is such a generation.</returns>
    public Task<bool> CrownAsync(string id, CancellationToken cancel = default) => EnterAsync(id, GenerationState.Champion, 0, cancel);

    /// <summary>Makes a generation the challenger; whichever was is retired.</summary>
    /// <param name="traffic">Its share of the requests, 0 to 1.</param>
    /// <returns>Whether there is such a generation and it is not the champion.</returns>
    /// <exception cref="InvalidInputException">The share is none.</exception>
    public Task<bool> ChallengeAsync(string id, double traffic, CancellationToken cancel = default)
    {
        RequireShare(traffic);
        return EnterAsync(id, GenerationState.Challenger, traffic, cancel);
    }

    /// <summary>Refuses what is no share of the traffic.</summary>
    /// <exception cref="InvalidInputException">It is none.</exception>
    public static void RequireShare(double traffic)
    {
        if (!(traffic is >= 0 and <= 1)) throw new InvalidInputException($"The challenger's share of the traffic is {traffic}; expected 0 to 1, such as 0.1.");
    }

    /// <summary>Retires the challenger.</summary>
    /// <returns>Whether there was one.</returns>
    public Task<bool> EndTrialAsync(CancellationToken cancel = default) => store.WriteAsync(
        Turn.Models,
        async session =>
        {
            if (await session.ExecuteAsync(EndTrial, new { store.Number }) == 0) return false;
            await LogAsync(session);
            return true;
        },
        cancel);

    /// <summary>Forgets a generation that is not served; what is in its folder stays.</summary>
    /// <returns>Whether there was such a generation.</returns>
    public Task<bool> RemoveAsync(string id, CancellationToken cancel = default) => store.WriteAsync(
        Turn.Models, async session => StoredId.IsSound(id) && await session.ExecuteAsync(Remove, new { store.Number, Id = id }) > 0, cancel);

    private Task<bool> EnterAsync(string id, GenerationState state, double traffic, CancellationToken cancel) => store.WriteAsync(
        Turn.Models,
        async session =>
        {
            var values = new { store.Number, Id = id, State = state.ToString(), Traffic = traffic };
            if (!StoredId.IsSound(id) || await session.FindAsync<long?>(MayEnter, values) is null) return false;
            await session.ExecuteAsync(Leave, values);
            await session.ExecuteAsync(Enter, values);
            await LogAsync(session);
            return true;
        },
        cancel);

    private async Task LogAsync(Session session) =>
        await session.ExecuteAsync(LogChange, new { store.Number, Kind = LogKind.Models, Position = await session.TakePositionsAsync(1) });

    private sealed record Row
    {
        public string Id { get; init; } = "";

        public string Folder { get; init; } = "";

        public string State { get; init; } = "";

        public double Traffic { get; init; }

        public string Metrics { get; init; } = "";

        public long TrainedTo { get; init; }

        public long Created { get; init; }

        public StoredGeneration ToGeneration() => new(Id, Folder, JsonNode.Parse(Metrics)!.AsObject(), TrainedTo)
        {
            State = Enum.Parse<GenerationState>(State),
            Traffic = Traffic,
            Created = StoredTime.Read(Created),
        };
    }
}
