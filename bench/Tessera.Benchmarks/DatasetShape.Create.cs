using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Benchmarks;

internal sealed partial record DatasetShape
{
    private const int RowsPerStream = 256;

    /// <summary>
    /// A data set of given sizes without any meaning: pairs at random, items by a power law, users by an exponential one;
    /// each user and item at least once in training; features about standard normal. All cores fill the features, with
    /// the same result on any number of them.
    /// </summary>
    /// <exception cref="InvalidInputException">A size is outside its range.</exception>
    public Dataset Create()
    {
        Validate();
        var rng = new Rng(Seed);
        Interactions[] splits = DrawSplits(rng.Stream("interactions"));
        Modality[] modalities =
            [.. Modalities.Select(m => new Modality(m.Name, NoiseMatrix(Items, m.Dimensions, rng.Stream(m.Name))))];
        return new Dataset("shape", splits[0], splits[1], splits[2], modalities);
    }

    private Interactions[] DrawSplits(Rng rng)
    {
        int[] itemOrder = [.. Enumerable.Range(0, Items)];
        rng.Shuffle(itemOrder);
        var items = new CumulativeWeights(Items, rank => Math.Pow(rank + 1, -PopularityExponent));
        var users = new CumulativeWeights(Users, _ => -Math.Log(1 - rng.NextDouble()));
        var seen = new HashSet<long>(Train + Validation + Test);
        int[] sizes = [Train, Validation, Test];
        return [.. sizes.Select((size, split) => DrawSplit(size, coverAll: split == 0))];

        Interactions DrawSplit(int size, bool coverAll)
        {
            var pairs = new List<(int User, int Item)>(size);
            int next = 0;
            while (pairs.Count < size)
            {
                int user = coverAll && next < Users ? next : users.Draw(rng);
                int item = itemOrder[coverAll && next < Items ? next : items.Draw(rng)];
                if (!seen.Add(((long)user << 32) | (uint)item)) continue;
                pairs.Add((user, item));
                next++;
            }

            return Interactions.FromPairs(Users, Items, pairs);
        }
    }

    /// <summary>About standard normal values; each block of rows has a random stream of its own.</summary>
    private static Matrix NoiseMatrix(int rows, int columns, Rng rng)
    {
        var matrix = new Matrix(rows, columns);
        Parallel.For(0, (rows + RowsPerStream - 1) / RowsPerStream, block =>
        {
            Rng stream = rng.Stream($"rows {block}");
            int end = Math.Min(rows, (block + 1) * RowsPerStream);
            for (int row = block * RowsPerStream; row < end; row++)
            {
                foreach (ref float value in matrix.Row(row)) value = SumOfUniforms(stream);
            }
        });
        return matrix;
    }

    /// <summary>The sum of four uniform numbers of 16 bits, standardized: near enough to normal and ten times as fast.</summary>
    private static float SumOfUniforms(Rng rng)
    {
        const float Mean = 2 * 65535f, Deviation = 65536f * 0.57735027f;
        ulong bits = rng.NextUInt64();
        ulong sum = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48);
        return (sum - Mean) / Deviation;
    }
}
