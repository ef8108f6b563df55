using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tessera.Recommendation.Runs;

/// <summary>How a chunk's weight is spread over the users of a trained model.</summary>
/// <param name="Chunk">Name of the chunk.</param>
/// <param name="Mean">Mean weight of all users.</param>
/// <param name="Deviation">Standard deviation, of all users as the whole population.</param>
internal sealed record ChunkSpread(string Chunk, double Mean, double Deviation)
{
    /// <summary>That of each chunk; empty where the model has no weights.</summary>
    public static IReadOnlyList<ChunkSpread> Of(Embeddings embeddings)
    {
        if (embeddings.ChunkWeights is not { Rows: > 0 } weights) return [];
        return
        [
            .. embeddings.Chunks.Select((chunk, c) =>
            {
                double sum = 0, squares = 0;
                for (int user = 0; user < weights.Rows; user++) sum += weights[user, c];
                double mean = sum / weights.Rows;
                for (int user = 0; user < weights.Rows; user++) squares += (weights[user, c] - mean) * (weights[user, c] - mean);
                return new ChunkSpread(chunk, mean, Math.Sqrt(squares / weights.Rows));
            }),
        ];
    }

    /// <summary>Mean and deviation by chunk.</summary>
    public static JsonObject ToJson(IReadOnlyList<ChunkSpread> chunks) => new(chunks.Select(
        one => KeyValuePair.Create(one.Chunk, (JsonNode?)new JsonObject { ["mean"] = one.Mean, ["deviation"] = one.Deviation })));

    /// <summary>What <see cref="ToJson"/> was given.</summary>
    /// <exception cref="JsonException">It gave something else.</exception>
    public static IReadOnlyList<ChunkSpread> FromJson(JsonObject json) =>
    [
        .. json.Select(one => one.Value is JsonObject chunk && chunk["mean"] is { } mean && chunk["deviation"] is { } deviation
            ? new ChunkSpread(one.Key, (double)mean, (double)deviation)
            : throw new JsonException($"the weights of '{one.Key}' have no mean or deviation")),
    ];
}
