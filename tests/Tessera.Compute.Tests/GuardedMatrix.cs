using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests;

/// <summary>A matrix between two guards that notice writes out of bounds. The guards' odd length leaves it unaligned.</summary>
internal sealed unsafe class GuardedMatrix : IDisposable
{
    private const int Margin = 33;
    private const float Guard = 12345.678f;
    private readonly Matrix _memory;

    public GuardedMatrix(int rows, int columns)
    {
        _memory = new Matrix(1, (rows * columns) + (2 * Margin));
        _memory.Span.Fill(Guard);
        View = new Matrix(_memory.Data + Margin, rows, columns);
    }

    public Matrix View { get; }

    public void AssertGuardsIntact()
    {
        Assert.Equal(-1, _memory.Span[..Margin].IndexOfAnyExcept(Guard));
        Assert.Equal(-1, _memory.Span[^Margin..].IndexOfAnyExcept(Guard));
    }

    public void Dispose() => _memory.Dispose();
}
