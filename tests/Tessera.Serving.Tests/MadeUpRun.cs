using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Training;

namespace Tessera.Serving.Tests;

/// <summary>A finished run of matrix factorization that nobody trained: vectors are noise, and each user has a few items.</summary>
internal static class MadeUpRun
{
    public static void Write(string folder, int users, int items, int dimensions, ulong seed = 1, string firstItem = "i0")
    {
        var rng = new Rng(seed);
        var directory = new RunDirectory(folder);
        Interactions train = Interactions.FromPairs(
            users, items, Enumerable.Range(0, users).SelectMany(user => Enumerable.Range(0, 4).Select(_ => (user, rng.Next(items)))).Distinct());
        Interactions none = Interactions.FromPairs(users, items, []);
        var data = new Dataset("made up", train, none, none, []) { ItemIds = [firstItem, .. Enumerable.Range(1, items - 1).Select(item => $"i{item}")], UserIds = [.. Enumerable.Range(0, users).Select(user => $"u{user}")] };
        var config = new RunConfig("mf", [], new TrainingOptions(), 1, Protocol.Strict, data.Name, [], "");
        using Matrix ofUsers = Noise(users), ofItems = Noise(items);
        using var embeddings = new Embeddings(ofUsers, ofItems);
        AtomicFile.WriteText(directory.ConfigFile, config.ToJson());
        KnownData.Write(directory, config, data);
        RunVectors.Write(directory, config, embeddings);
        SafetensorsWriter.Write(directory.ModelFile, [("items", embeddings.Items)], RunDirectory.Mark(directory.ModelFile, config));
        directory.WriteChecksums("{}\n");
        AtomicFile.WriteText(directory.MetricsFile, "{}\n");

        Matrix Noise(int rows)
        {
            var matrix = new Matrix(rows, dimensions);
            foreach (ref float value in matrix.Span) value = rng.NextGaussian();
            return matrix;
        }
    }
}
