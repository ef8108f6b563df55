using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

public sealed unsafe partial class Device
{
    // The scores of this many queries are computed, used and forgotten at a time, so that packing the keys for each block costs little;
    // of fewer where they would take more than 256 MB.
    private const int QueriesAtOnce = 512;
    private const int ScoresAtOnce = 1 << 26;
    private const int ScoreCost = 8;
    private Matrix _scores = new(1, 1);
    private Matrix _scoredRows = new(1, 1);
    private Matrix _scoreFactors = new(1, 1);
    private Matrix _positiveScores = new(1, 1);

    /// <summary>
    /// <c>y_r = log(Σ_j exp(α q_r·k_j) + Σ_{j≠r} exp(α q_r·o_j))</c>, <c>[n x 1]</c>, and in the same pass the gradients of <c>Σ_r y_r</c>:
    /// with <c>P_rj = α exp(α q_r·k_j - y_r)</c> and R likewise for O without its diagonal, <c>dQ += P K + R O</c>, <c>dK += Pᵀ Q</c>,
    /// <c>dO += Rᵀ Q</c>. Costs <c>2n(m + n)d</c> flops for y, as many again for dQ, and as many for dK and dO together.
    /// </summary>
    /// <param name="queries">Q, <c>[n x d]</c>.</param>
    /// <param name="keys">K, <c>[m x d]</c>, m 1 or more.</param>
    /// <param name="others">O, <c>[n x d]</c>, of which query r leaves row r out; null for none. May be Q itself.</param>
    /// <param name="scale">α, above 0.</param>
    /// <param name="result">y.</param>
    /// <param name="queryGradient">dQ; null where it is not needed.</param>
    /// <param name="keyGradient">dK; null where it is not needed.</param>
    /// <param name="otherGradient">dO; null where it is not needed, or without O. May be dQ.</param>
    internal void LogSumScores(
        Matrix queries, Matrix keys, Matrix? others, float scale, Matrix result, Matrix? queryGradient, Matrix? keyGradient, Matrix? otherGradient)
    {
        RequireScores(queries, keys, others, scale, result);
        Require(otherGradient is null || others is not null, "others where their gradient is asked for");
        LogSumScores(new(queries, keys, others, null), default, scale, result, new(queryGradient, keyGradient, otherGradient, null));
    }

    /// <summary>
    /// <c>y_r = log(exp(α q_r·p_r) + Σ_{j≠h_r} exp(α q_r·k_j))</c>, <c>[n x 1]</c>, and in the same pass the gradients of <c>Σ_r y_r</c>, as
    /// <see cref="LogSumScores(Matrix, Matrix, Matrix?, float, Matrix, Matrix?, Matrix?, Matrix?)"/> gives them.
    /// </summary>
    /// <param name="queries">Q, <c>[n x d]</c>.</param>
    /// <param name="positives">P, <c>[n x d]</c>.</param>
    /// <param name="keys">K, <c>[m x d]</c>, m 1 or more.</param>
    /// <param name="hits">h, the key that each query leaves out, n of them; negative for none.</param>
    /// <param name="scale">α, above 0.</param>
    /// <param name="result">y.</param>
    /// <param name="queryGradient">dQ, added to; null where it is not needed.</param>
    /// <param name="positiveGradient">dP, likewise.</param>
    /// <param name="keyGradient">dK, likewise.</param>
    internal void LogSumScores(
        Matrix queries, Matrix positives, Matrix keys, ReadOnlySpan<int> hits, float scale, Matrix result,
        Matrix? queryGradient, Matrix? positiveGradient, Matrix? keyGradient)
    {
        RequireScores(queries, keys, positives, scale, result);
        Require(hits.Length == queries.Rows, $"{queries.Rows} keys to leave out");
        LogSumScores(new(queries, keys, null, positives), hits, scale, result, new(queryGradient, keyGradient, null, positiveGradient));
    }

    private void LogSumScores(ScoredMatrices x, ReadOnlySpan<int> hits, float scale, Matrix result, ScoredMatrices gradients)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Matrix queries = x.Queries!, keys = x.Keys!;
        x.RequireShapesOf(gradients);
        int scores = keys.Rows + (x.Others?.Rows ?? 0), most = Math.Min(queries.Rows, Math.Clamp(ScoresAtOnce / scores, 1, QueriesAtOnce));
        Reserve(ref _scores, most, scores);
        Reserve(ref _scoredRows, most, queries.Columns);
        Reserve(ref _scoreFactors, most, 1);
        Reserve(ref _positiveScores, most, 1);
        for (int query = 0; query < queries.Rows; query += most)
        {
            var block = new ScoreBlock(query, Math.Min(most, queries.Rows - query), scores);
            Scores(queries, keys, block, 0);
            if (x.Others is not null) Scores(queries, x.Others, block, keys.Rows);
            float* positives = x.Positives is null ? null : _positiveScores.Data;
            if (x.Positives is not null)
                Run(block.Rows, queries.Columns, new RowDots(RowAt(queries, query), RowAt(x.Positives, query), queries.Columns, positives));
            int own = x.Others is null ? int.MaxValue : keys.Rows + query;
            fixed (int* left = hits.IsEmpty ? hits : hits[query..])
                Run(block.Rows, ScoreCost * scores, new LogSumRows(_scores.Data, scores, scale, own, left, positives, result.Data + query, _scoreFactors.Data));
            if (gradients.Queries is not null) AddQueryGradient(x, block, gradients.Queries);
            if (gradients.Keys is null && gradients.Others is null && gradients.Positives is null) continue;
            Run(block.Rows, queries.Columns, new ScaleRows(RowAt(queries, query), queries.Columns, _scoreFactors.Data, _scoredRows.Data, accumulate: false));
            if (gradients.Keys is not null) AddKeyGradient(block, 0, gradients.Keys);
            if (gradients.Others is not null) AddKeyGradient(block, keys.Rows, gradients.Others);
            if (gradients.Positives is not null)
                Run(block.Rows, queries.Columns, new ScaleRows(_scoredRows.Data, queries.Columns, positives, RowAt(gradients.Positives, query), accumulate: true));
        }
    }

    private static float* RowAt(Matrix matrix, int row) => matrix.Data + ((nint)row * matrix.Columns);

    private static void RequireScores(Matrix queries, Matrix keys, Matrix? ofEachQuery, float scale, Matrix result)
    {
        Require(queries.Columns == keys.Columns && keys.Rows > 0, "queries and one or more keys of the same width");
        if (ofEachQuery is not null) RequireSameShape(queries, ofEachQuery);
        Require(result.Rows == queries.Rows && result.Columns == 1, $"[{queries.Rows} x 1]");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
    }

    // Scores of the block's queries with the rows of K, from a column on.
    private void Scores(Matrix queries, Matrix keys, ScoreBlock block, int column) =>
        _gemm.Multiply(
            block.Rows, keys.Rows, keys.Columns,
            new GemmOperand((nint)RowAt(queries, block.Query), queries.Columns, false),
            new GemmOperand((nint)keys.Data, keys.Columns, true),
            _scores.Data + column, block.Columns, false, GemmEpilogue.None);

    // dQ += diag(f) (E K + E' O + diag(e) P), e and f as in LogSumRows, E the exponentials of the keys and E' those of the others.
    private void AddQueryGradient(ScoredMatrices x, ScoreBlock block, Matrix gradient)
    {
        Matrix keys = x.Keys!;
        Carry(keys, 0, accumulate: false);
        if (x.Others is not null) Carry(x.Others, keys.Rows, accumulate: true);
        if (x.Positives is not null)
            Run(block.Rows, keys.Columns, new ScaleRows(RowAt(x.Positives, block.Query), keys.Columns, _positiveScores.Data, _scoredRows.Data, accumulate: true));
        Run(block.Rows, keys.Columns, new ScaleRows(_scoredRows.Data, keys.Columns, _scoreFactors.Data, RowAt(gradient, block.Query), accumulate: true));

        void Carry(Matrix rows, int column, bool accumulate) =>
            _gemm.Multiply(
                block.Rows, rows.Columns, rows.Rows,
                new GemmOperand((nint)(_scores.Data + column), block.Columns, false),
                new GemmOperand((nint)rows.Data, rows.Columns, false),
                _scoredRows.Data, rows.Columns, accumulate, GemmEpilogue.None);
    }

    // dK += Eᵀ diag(f) Q, whose rows diag(f) Q stand ready.
    private void AddKeyGradient(ScoreBlock block, int column, Matrix gradient) =>
        _gemm.Multiply(
            gradient.Rows, gradient.Columns, block.Rows,
            new GemmOperand((nint)(_scores.Data + column), block.Columns, true),
            new GemmOperand((nint)_scoredRows.Data, gradient.Columns, false),
            gradient.Data, gradient.Columns, true, GemmEpilogue.None);

    private readonly record struct ScoreBlock(int Query, int Rows, int Columns);

    /// <summary>What is scored, or its gradients: what there is not, or is not asked for, is null.</summary>
    private readonly record struct ScoredMatrices(Matrix? Queries, Matrix? Keys, Matrix? Others, Matrix? Positives)
    {
        public void RequireShapesOf(ScoredMatrices gradients)
        {
            if (gradients.Queries is not null) RequireSameShape(Queries!, gradients.Queries);
            if (gradients.Keys is not null) RequireSameShape(Keys!, gradients.Keys);
            if (gradients.Others is not null) RequireSameShape(Others!, gradients.Others);
            if (gradients.Positives is not null) RequireSameShape(Positives!, gradients.Positives);
        }
    }
}
