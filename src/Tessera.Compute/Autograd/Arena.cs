using Tessera.Compute.Tensors;

namespace Tessera.Compute.Autograd;

/// <summary>
/// Memory for a step's intermediate matrices, reused within the step as soon as a matrix is returned, and from step to step.
/// Once a step's shapes have been seen it allocates nothing.
/// </summary>
internal sealed unsafe class Arena : IDisposable
{
    private readonly List<Block> _blocks = [];

    /// <summary>Bytes held, in use or not.</summary>
    public long Bytes => _blocks.Sum(block => (long)block.Memory.Length * sizeof(float));

    /// <summary>A matrix of undefined content, to be returned by <see cref="Return"/> or at <see cref="Reset"/>.</summary>
    public Matrix Rent(int rows, int columns)
    {
        long length = Math.Max(1L, (long)rows * columns);
        Block? best = null;
        foreach (Block block in _blocks)
        {
            long size = block.Memory.Length;
            if (!block.Rented && size >= length && size <= 2 * length && (best is null || size < best.Memory.Length)) best = block;
        }

        if (best is null)
        {
            best = new Block(length == 1 ? new Matrix(1, 1) : new Matrix(rows, columns));
            _blocks.Add(best);
        }

        best.Rented = true;
        best.View.Point(best.Memory.Data, rows, columns);
        return best.View;
    }

    /// <summary>Gives a matrix back before the step's end.</summary>
    public void Return(Matrix matrix)
    {
        foreach (Block block in _blocks)
        {
            if (!ReferenceEquals(block.View, matrix)) continue;
            block.Rented = false;
            return;
        }

        throw new ArgumentException("The matrix is not of this arena.", nameof(matrix));
    }

    /// <summary>Takes all matrices back.</summary>
    public void Reset()
    {
        foreach (Block block in _blocks) block.Rented = false;
    }

    public void Dispose()
    {
        foreach (Block block in _blocks) block.Memory.Dispose();
        _blocks.Clear();
    }

    private sealed class Block(Matrix memory)
    {
        public Matrix Memory { get; } = memory;

        public Matrix View { get; } = new(memory.Data, 0, 0);

        public bool Rented { get; set; }
    }
}
