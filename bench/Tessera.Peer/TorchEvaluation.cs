using Tessera.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Tessera.Peer;

/// <summary>
/// Full ranking in blocks of users: scores, training items masked, the best 20 for validation; then the validation items masked too,
/// the best 20 for test. What is masked and what is relevant is put into tensors once, before the first evaluation.
/// </summary>
internal sealed class TorchEvaluation
{
    private const int K = 20, BlockUsers = 1024;
    private readonly List<Block> _blocks = [];
    private readonly int _items;
    private readonly Tensor _discounts = 1 / (arange(K, dtype: float32) + 2).log2();
    private readonly Tensor _ideals; // by number of relevant items, 0 to 20

    public TorchEvaluation(Dataset data)
    {
        _items = data.Items;
        _ideals = cat([zeros(1), _discounts.cumsum(0)]);
        int[] users = [.. Enumerable.Range(0, data.Users).Where(user => !data.Train.ItemsOf(user).IsEmpty)];
        foreach (int[] block in users.Chunk(BlockUsers))
        {
            _blocks.Add(new Block(
                tensor(block), Pairs.Of(data.Train, block), Pairs.Of(data.Validation, block), Pairs.Of(data.Test, block)));
        }
    }

    public double[] Evaluate(Tensor users, Tensor items)
    {
        using IDisposable evaluating = no_grad();
        using DisposeScope whole = NewDisposeScope();
        var validation = default(Sums);
        var test = default(Sums);
        Tensor transposed = items.t(), masked = tensor(float.NegativeInfinity);
        foreach (Block block in _blocks)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor scores = mm(users.index_select(0, block.Users), transposed);
            scores.index_put_(masked, block.Train.Rows, block.Train.Items);
            validation += Measure(scores, block.Validation);
            scores.index_put_(masked, block.Validation.Rows, block.Validation.Items);
            test += Measure(scores, block.Test);
        }

        return [validation.Recall / validation.Users, validation.Ndcg / validation.Users, test.Recall / test.Users, test.Ndcg / test.Users];
    }

    private Sums Measure(Tensor scores, Pairs heldOut)
    {
        Tensor relevant = zeros(scores.shape[0], _items, dtype: @bool);
        relevant.index_put_(tensor(true), heldOut.Rows, heldOut.Items);
        Tensor hits = relevant.gather(1, scores.topk(K).indexes).to(float32);
        Tensor some = heldOut.Counts.clamp(min: 1);
        Tensor recall = (hits.sum(1) / some).sum();
        Tensor ndcg = ((hits * _discounts).sum(1) / _ideals.index_select(0, some.clamp(max: K))).sum();
        return new Sums(recall.item<float>(), ndcg.item<float>(), heldOut.Users);
    }

    private sealed record Block(Tensor Users, Pairs Train, Pairs Validation, Pairs Test);

    /// <summary>Interactions of a block: rows of the block and items, and how many each row has.</summary>
    private sealed record Pairs(Tensor Rows, Tensor Items, Tensor Counts, int Users)
    {
        public static Pairs Of(Interactions interactions, int[] users)
        {
            long[] rows = [.. users.SelectMany((user, row) => Enumerable.Repeat((long)row, interactions.ItemsOf(user).Length))];
            long[] items = [.. users.SelectMany(user => interactions.ItemsOf(user).ToArray()).Select(item => (long)item)];
            long[] counts = [.. users.Select(user => (long)interactions.ItemsOf(user).Length)];
            return new Pairs(tensor(rows), tensor(items), tensor(counts), counts.Count(count => count > 0));
        }
    }

    private readonly record struct Sums(double Recall, double Ndcg, int Users)
    {
        public static Sums operator +(Sums a, Sums b) => new(a.Recall + b.Recall, a.Ndcg + b.Ndcg, a.Users + b.Users);
    }
}
