using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

/// <summary>
/// Where the numbers are crunched: the one seam between the operations of the tape and the kernels. An
/// accelerator is one more implementation; no model knows which it runs on.
/// </summary>
/// <remarks>
/// All methods check shapes and throw <see cref="ArgumentException"/> on a mismatch. Results are the same bits for any
/// number of threads. A device serves one caller at a time. "accumulate" adds to the result instead of overwriting it.
/// </remarks>
public abstract partial class Device : IDisposable
{
    /// <summary>Number of threads, or of what the device shares work over.</summary>
    public abstract int Threads { get; }

    /// <summary>Memory the device can compute in, host-addressable, all zero.</summary>
    public abstract Matrix Allocate(int rows, int columns);

    /// <summary><c>C = op(A) op(B)</c>, then <c>+ bias</c> (a row) and LeakyReLU if asked for.</summary>
    /// <param name="a">Left operand.</param>
    /// <param name="transposeA">Whether it is taken transposed.</param>
    /// <param name="b">Right operand.</param>
    /// <param name="transposeB">Whether it is taken transposed.</param>
    /// <param name="result">C, neither A nor B.</param>
    /// <param name="accumulate">Whether to add to C before bias and activation.</param>
    /// <param name="bias">One row as wide as C, or null.</param>
    /// <param name="leakySlope">LeakyReLU's slope below zero; 1 for no activation.</param>
    public abstract void MatMul(
        Matrix a, bool transposeA, Matrix b, bool transposeB, Matrix result,
        bool accumulate = false, Matrix? bias = null, float leakySlope = 1f);

    /// <summary><c>Y = S X + addend</c>; the addend may be null, or Y itself.</summary>
    public abstract void SparseMatMul(CsrMatrix s, Matrix x, Matrix? addend, Matrix result);

    /// <summary>Sets every element.</summary>
    public abstract void Fill(Matrix result, float value, bool accumulate = false);

    /// <summary><c>y = α x</c>.</summary>
    public abstract void Scale(float alpha, Matrix x, Matrix result, bool accumulate = false);

    /// <summary><c>y = α a + β b</c>.</summary>
    public abstract void Combine(float alpha, Matrix a, float beta, Matrix b, Matrix result, bool accumulate = false);

    /// <summary><c>y = a ∘ b</c>, element by element.</summary>
    public abstract void Multiply(Matrix a, Matrix b, Matrix result, bool accumulate = false);

    /// <summary><c>y = f(x)</c>, element by element.</summary>
    public abstract void Map(UnaryFunction function, Matrix x, Matrix result);

    /// <summary>Gradient of <see cref="Map"/>, <c>dx = f'(x) ∘ dy</c>.</summary>
    public abstract void MapGradient(
        UnaryFunction function, Matrix x, Matrix output, Matrix outputGradient, Matrix result, bool accumulate);

    /// <summary>
    /// Inverted dropout: <c>x / (1 - p)</c> or, with probability p, 0. Which elements stay depends on the seed and their
    /// position alone, so that the same call on a gradient is the gradient's.
    /// </summary>
    public abstract void Dropout(Matrix x, float probability, ulong seed, Matrix result, bool accumulate = false);

    /// <summary><c>y = LeakyReLU(x + bias)</c>, the bias being a row or null, the slope 1 for no activation.</summary>
    public abstract void BiasActivation(Matrix x, Matrix? bias, float leakySlope, Matrix result);

    /// <summary><c>dx = dy</c> where <c>y &gt; 0</c>, else <c>slope · dy</c>; dx may be dy.</summary>
    public abstract void LeakyReluGradient(float slope, Matrix output, Matrix outputGradient, Matrix result);

    /// <summary>Sums of the columns as one row.</summary>
    public abstract void ColumnSums(Matrix x, Matrix result, bool accumulate = false);

    /// <summary>
    /// <c>y = x - ln(-ln u)</c>, u uniform in (0, 1): noise of the standard Gumbel distribution, which depends on the seed and the
    /// position alone. The result may be x.
    /// </summary>
    public abstract void AddGumbelNoise(Matrix x, ulong seed, Matrix result);

    /// <summary><c>Σ x</c> over all elements, in a fixed order.</summary>
    public abstract double Sum(Matrix x);

    /// <summary><c>Σ x²</c> over all elements, in a fixed order.</summary>
    public abstract double SumOfSquares(Matrix x);

    /// <summary>
    /// L2-normalizes the rows of x, <c>x / max(‖x‖, 1e-12)</c>, into a chunk of the result: rows from
    /// <paramref name="firstRow"/>, columns from <paramref name="firstColumn"/>. <paramref name="norms"/> is <c>[rows x 1]</c>.
    /// </summary>
    public abstract void NormalizeRows(Matrix x, Matrix result, int firstRow, int firstColumn, Matrix norms);

    /// <summary>Gradient of <see cref="NormalizeRows"/> from the same chunk of the output and of its gradient.</summary>
    public abstract void NormalizeRowsGradient(
        Matrix output, Matrix outputGradient, int firstRow, int firstColumn, Matrix norms, Matrix result, bool accumulate);

    /// <summary>
    /// Copies a rectangle of <paramref name="rows"/> rows and <paramref name="columns"/> columns from one place of x to one
    /// of the result.
    /// </summary>
    public abstract void CopyBlock(
        Matrix x, int row, int column, Matrix result, int resultRow, int resultColumn, int rows, int columns, bool accumulate = false);

    /// <summary>Rows of x in the given order, repeats allowed.</summary>
    public abstract void GatherRows(Matrix x, ReadOnlySpan<int> rows, Matrix result);

    /// <summary>Adds <c>α</c> times row r of x to row <c>rows[r]</c> of the result, for all r in order.</summary>
    public abstract void ScatterAddRows(float alpha, Matrix x, ReadOnlySpan<int> rows, Matrix result);

    /// <summary>Dot products of rows with the same number, <c>[rows x 1]</c>.</summary>
    public abstract void RowDots(Matrix a, Matrix b, Matrix result);

    /// <summary>Row r of x times factor r; factors are <c>[rows x 1]</c>.</summary>
    public abstract void ScaleRows(Matrix x, Matrix factors, Matrix result, bool accumulate = false);

    /// <summary>Softmax of each row.</summary>
    public abstract void SoftmaxRows(Matrix x, Matrix result);

    /// <summary>Gradient of <see cref="SoftmaxRows"/>.</summary>
    public abstract void SoftmaxRowsGradient(Matrix output, Matrix outputGradient, Matrix result, bool accumulate);

    /// <summary>Multiplies equal chunks of columns by one weight a row and chunk; weights are <c>[rows x chunks]</c>.</summary>
    public abstract void ScaleChunks(Matrix x, Matrix weights, Matrix result);

    /// <summary>Gradients of <see cref="ScaleChunks"/>; either target may be null.</summary>
    public abstract void ScaleChunksGradient(
        Matrix x, Matrix weights, Matrix outputGradient, Matrix? xResult, bool accumulateX, Matrix? weightsResult, bool accumulateWeights);

    /// <summary>Cosine transform of each column of x; the result may be x.</summary>
    public abstract void CosineTransform(ICosineTransform transform, DctDirection direction, Matrix x, Matrix result);

    /// <summary>
    /// The k highest of each row after multiplying columns by scales and leaving masked columns out; equal ones rank by column,
    /// lowest first. The scores are overwritten.
    /// </summary>
    /// <param name="scores"><c>[rows x n]</c>; -∞ and NaN are never selected.</param>
    /// <param name="columnScales">One factor a column, or null.</param>
    /// <param name="maskStarts">Offsets into <paramref name="maskColumns"/>, <c>[rows + 1]</c>, or empty for no mask.</param>
    /// <param name="maskColumns">Columns left out, row by row.</param>
    /// <param name="indices">Receives <c>[rows x k]</c> columns, -1 where a row has fewer than k.</param>
    /// <param name="values">Receives their scores, <c>[rows x k]</c>.</param>
    public abstract void TopK(
        Matrix scores, Matrix? columnScales, ReadOnlySpan<int> maskStarts, ReadOnlySpan<int> maskColumns,
        Span<int> indices, Span<float> values);

    /// <summary>Score differences <c>u·i - u·j</c> of triples of rows, <c>[triples x 1]</c>.</summary>
    public abstract void BprDifferences(
        Matrix users, Matrix items, ReadOnlySpan<int> user, ReadOnlySpan<int> positive, ReadOnlySpan<int> negative, Matrix result);

    /// <summary>Adds the gradients of <see cref="BprDifferences"/>, given those of the differences; either target may be null.</summary>
    public abstract void BprGradient(
        Matrix users, Matrix items, ReadOnlySpan<int> user, ReadOnlySpan<int> positive, ReadOnlySpan<int> negative,
        Matrix differenceGradients, Matrix? userResult, Matrix? itemResult);

    /// <summary>One Adam step, in place.</summary>
    public abstract void Adam(Matrix parameter, Matrix gradient, Matrix firstMoment, Matrix secondMoment, AdamConstants constants);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the device holds.</summary>
    protected abstract void Dispose(bool disposing);
}
