using Tessera.Compute.Tensors;

namespace Tessera.Compute.Autograd;

public sealed partial class Tape
{
    /// <summary>
    /// Logarithms of sums over all pairs, <c>y_r = log(Σ_j exp(α q_r·k_j) + Σ_{j≠r} exp(α q_r·o_j))</c>, <c>[n x 1]</c>: the
    /// denominators of contrastive losses. Scores are computed block by block, and again for the gradient; no n x m matrix exists.
    /// </summary>
    /// <param name="queries">Q, <c>[n x d]</c>.</param>
    /// <param name="keys">K, <c>[m x d]</c>, m 1 or more.</param>
    /// <param name="scale">α, above 0: the inverse of a temperature.</param>
    /// <param name="others">O, <c>[n x d]</c>, of which query r leaves row r out; null for none. May be Q itself.</param>
    /// <remarks>
    /// With <c>P_rj = α exp(α q_r·k_j - y_r) dy_r</c> and R likewise for O without its diagonal: <c>dQ = P K + R O</c>,
    /// <c>dK = Pᵀ Q</c>, <c>dO = Rᵀ Q</c>.
    /// </remarks>
    public Variable LogSumScores(Variable queries, Variable keys, float scale, Variable? others = null)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentOutOfRangeException.ThrowIfZero(keys.Rows, nameof(keys));
        Matrix result = Arena.Rent(queries.Rows, 1);
        Device.LogSumScores(queries.Value, keys.Value, scale, exceptOwn: false, result);
        if (others is not null) Device.LogSumScores(queries.Value, others.Value, scale, exceptOwn: true, result, accumulate: true);
        LogSumScoresOperation operation = Rent<LogSumScoresOperation>();
        (operation.Queries, operation.Keys, operation.Scale, operation.Others) = (queries, keys, scale, others);
        return Record(operation, result, queries.RequiresGradient || keys.RequiresGradient || (others?.RequiresGradient ?? false));
    }

    private sealed class LogSumScoresOperation : Operation
    {
        public Variable Queries { get; set; } = null!;

        public Variable Keys { get; set; } = null!;

        public float Scale { get; set; }

        public Variable? Others { get; set; }

        public override void Backward(Tape tape)
        {
            AddGradients(tape, Keys, exceptOwn: false);
            if (Others is not null) AddGradients(tape, Others, exceptOwn: true);
        }

        private void AddGradients(Tape tape, Variable keys, bool exceptOwn)
        {
            Matrix? queryResult = Queries.RequiresGradient ? Queries.ClearedGradient() : null;
            Matrix? keyResult = keys.RequiresGradient ? keys.ClearedGradient() : null;
            tape.Device.LogSumScoresGradient(
                Queries.Value, keys.Value, Scale, exceptOwn, Output.Value, Output.Gradient!, queryResult, keyResult);
        }
    }
}
