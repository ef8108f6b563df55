using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>
    /// Logarithms of sums over all pairs, added up, <c>y = Σ_r log(Σ_j exp(α q_r·k_j) + Σ_{j≠r} exp(α q_r·o_j))</c>, as a 1 x 1 matrix:
    /// the denominators of contrastive losses. Scores are computed once, block by block; no n x m matrix exists.
    /// </summary>
    /// <param name="queries">Q, <c>[n x d]</c>.</param>
    /// <param name="keys">K, <c>[m x d]</c>, m 1 or more.</param>
    /// <param name="scale">α, above 0: the inverse of a temperature.</param>
    /// <param name="others">O, <c>[n x d]</c>, of which query r leaves row r out; null for none. May be Q itself.</param>
    /// <remarks>
    /// With y_r the logarithm of query r, <c>P_rj = α exp(α q_r·k_j - y_r)</c> and R likewise for O without its diagonal:
    /// <c>dQ = dy (P K + R O)</c>, <c>dK = dy Pᵀ Q</c>, <c>dO = dy Rᵀ Q</c>. As dy is one number, these are computed with y, while a
    /// block's scores are at hand.
    /// </remarks>
    public static Variable LogSumScores(this Tape tape, Variable queries, Variable keys, float scale, Variable? others = null)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentOutOfRangeException.ThrowIfZero(keys.Rows, nameof(keys));
        LogSumScoresOperation operation = tape.RentFor(queries, keys, ReferenceEquals(others, queries) ? null : others);
        Matrix logarithms = tape.Arena.Rent(queries.Rows, 1);
        tape.Device.LogSumScores(
            queries.Value, keys.Value, others?.Value, scale, logarithms, operation.QuerySlopes, operation.KeySlopes,
            ReferenceEquals(others, queries) ? operation.QuerySlopes : operation.OtherSlopes);
        return tape.RecordSum(operation, logarithms);
    }

    /// <summary>
    /// The same where each query has a positive of its own beside keys that are drawn for all,
    /// <c>y = Σ_r log(exp(α q_r·p_r) + Σ_{j≠h_r} exp(α q_r·k_j))</c>: the denominators of a sampled softmax.
    /// </summary>
    /// <param name="queries">Q, <c>[n x d]</c>.</param>
    /// <param name="positives">P, <c>[n x d]</c>.</param>
    /// <param name="keys">K, <c>[m x d]</c>, m 1 or more.</param>
    /// <param name="hits">h, the row of K that is query r's positive itself, so that it counts once; negative for none.</param>
    /// <param name="scale">α, above 0: the inverse of a temperature.</param>
    public static Variable LogSumSampledScores(
        this Tape tape, Variable queries, Variable positives, Variable keys, ReadOnlySpan<int> hits, float scale)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(positives);
        ArgumentNullException.ThrowIfNull(keys);
        LogSumScoresOperation operation = tape.RentFor(queries, keys, positives);
        Matrix logarithms = tape.Arena.Rent(queries.Rows, 1);
        tape.Device.LogSumScores(
            queries.Value, positives.Value, keys.Value, hits, scale, logarithms, operation.QuerySlopes, operation.OtherSlopes, operation.KeySlopes);
        return tape.RecordSum(operation, logarithms);
    }

    private static LogSumScoresOperation RentFor(this Tape tape, Variable queries, Variable keys, Variable? others)
    {
        LogSumScoresOperation operation = tape.Rent<LogSumScoresOperation>();
        (operation.Queries, operation.Keys, operation.Others) = (queries, keys, others);
        operation.QuerySlopes = tape.ZerosFor(queries);
        operation.KeySlopes = tape.ZerosFor(keys);
        operation.OtherSlopes = others is null ? null : tape.ZerosFor(others);
        return operation;
    }

    private static Variable RecordSum(this Tape tape, LogSumScoresOperation operation, Matrix logarithms)
    {
        double sum = tape.Device.Sum(logarithms);
        tape.Arena.Return(logarithms);
        bool requiresGradient = operation.Queries.RequiresGradient || operation.Keys.RequiresGradient || (operation.Others?.RequiresGradient ?? false);
        return tape.Record(operation, sum, requiresGradient);
    }

    private static Matrix? ZerosFor(this Tape tape, Variable x)
    {
        if (!tape.Recording || !x.RequiresGradient) return null;
        Matrix zeros = tape.Arena.Rent(x.Rows, x.Columns);
        tape.Device.Fill(zeros, 0f);
        return zeros;
    }

    private sealed class LogSumScoresOperation : Operation
    {
        public Variable Queries { get; set; } = null!;

        public Variable Keys { get; set; } = null!;

        public Variable? Others { get; set; }

        public Matrix? QuerySlopes { get; set; }

        public Matrix? KeySlopes { get; set; }

        public Matrix? OtherSlopes { get; set; }

        public override void Backward(Tape tape)
        {
            AddGradient(tape, Queries, QuerySlopes);
            AddGradient(tape, Keys, KeySlopes);
            if (Others is not null) AddGradient(tape, Others, OtherSlopes);
        }

        public override void Release(Tape tape)
        {
            if (QuerySlopes is not null) tape.Arena.Return(QuerySlopes);
            if (KeySlopes is not null) tape.Arena.Return(KeySlopes);
            if (OtherSlopes is not null) tape.Arena.Return(OtherSlopes);
        }

        private void AddGradient(Tape tape, Variable x, Matrix? slopes)
        {
            if (slopes is not null) tape.Device.Scale(Slope, slopes, x.GradientTarget(out bool accumulate), accumulate);
        }
    }
}
