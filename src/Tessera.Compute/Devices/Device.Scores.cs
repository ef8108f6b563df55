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
    public void LogSumScores(
        Matrix queries, Matrix keys, Matrix? others, float scale, Matrix result, Matrix? queryGradient, Matrix? keyGradient, Matrix? otherGradient)
    {
        RequireScores(queries, keys, others, scale, result);
        if (queryGradient is not null) RequireSameShape(queries, queryGradient);
        if (keyGradient is not null) RequireSameShape(keys, keyGradient);
        Require(otherGradient is null || others is not null, "others where their gradient is asked for");
        if (otherGradient is not null) RequireSameShape(queries, otherGradient);
        int scores = keys.Rows + (others?.Rows ?? 0), most = Math.Min(queries.Rows, Math.Clamp(ScoresAtOnce / scores, 1, QueriesAtOnce));
        Reserve(ref _scores, most, scores);
        Reserve(ref _scoredRows, most, queries.Columns);
        Reserve(ref _scoreFactors, most, 1);
        for (int query = 0; query < queries.Rows; query += most)
        {
            var block = new ScoreBlock(query, Math.Min(most, queries.Rows - query), scores);
            Scores(queries, keys, block, 0);
            if (others is not null) Scores(queries, others, block, keys.Rows);
            int own = others is null ? int.MaxValue : keys.Rows + query;
            Run(block.Rows, ScoreCost * scores, new LogSumRows(_scores.Data, scores, scale, own, result.Data + query, _scoreFactors.Data));
            if (queryGradient is not null) AddQueryGradient(keys, others, block, queryGradient);
            if (keyGradient is null && otherGradient is null) continue;
            Run(block.Rows, queries.Columns, new ScaleRows(RowAt(queries, query), queries.Columns, _scoreFactors.Data, _scoredRows.Data, accumulate: false));
            if (keyGradient is not null) AddKeyGradient(block, 0, keyGradient);
            if (otherGradient is not null) AddKeyGradient(block, keys.Rows, otherGradient);
        }
    }

    private static float* RowAt(Matrix matrix, int row) => matrix.Data + ((nint)row * matrix.Columns);

    private static void RequireScores(Matrix queries, Matrix keys, Matrix? others, float scale, Matrix result)
    {
        Require(queries.Columns == keys.Columns && keys.Rows > 0, "queries and one or more keys of the same width");
        if (others is not null) RequireSameShape(queries, others);
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

    // dQ += diag(f) (E K + E' O), e and f as in LogSumRows, E the exponentials of the keys and E' those of the others.
    private void AddQueryGradient(Matrix keys, Matrix? others, ScoreBlock block, Matrix gradient)
    {
        Carry(keys, 0, accumulate: false);
        if (others is not null) Carry(others, keys.Rows, accumulate: true);
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
}
