using System.Diagnostics;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Autograd;

/// <summary>A matrix on a tape, and its gradient once <see cref="Tape.Backward"/> has reached it.</summary>
/// <remarks>Valid until <see cref="Tape.Reset"/>; after <see cref="Tape.Backward"/> only parameters keep value and gradient.</remarks>
[DebuggerDisplay("Variable[{Rows} x {Columns}]")]
public sealed class Variable
{
    private readonly Tape _tape;
    private Matrix? _gradient;
    private Variable? _parent;
    private int _parentRow;

    internal Variable(Tape tape) => _tape = tape;

    /// <summary>The values.</summary>
    public Matrix Value { get; private set; } = null!;

    /// <summary>Number of rows.</summary>
    public int Rows => Value.Rows;

    /// <summary>Number of columns.</summary>
    public int Columns => Value.Columns;

    /// <summary>Whether anything trainable went into this.</summary>
    public bool RequiresGradient { get; private set; }

    /// <summary>Gradient of the loss, shaped as the value, or null where none arrived.</summary>
    public Matrix? Gradient => _gradient;

    /// <summary>The only element of a 1 x 1 matrix.</summary>
    /// <exception cref="InvalidOperationException">The matrix has another shape.</exception>
    public float Scalar => Value.Length == 1 ? Value.Span[0] : throw new InvalidOperationException($"A {Rows} x {Columns} matrix is not a scalar.");

    /// <summary>Whether the tape's arena owns the value.</summary>
    internal bool OwnsValue { get; private set; }

    /// <summary>
    /// Where to put a gradient: <paramref name="accumulate"/> tells whether to add to what is there or to overwrite it.
    /// </summary>
    internal Matrix GradientTarget(out bool accumulate)
    {
        accumulate = _gradient is not null || _parent is not null;
        if (_gradient is null)
        {
            _gradient = _parent is null
                ? _tape.Arena.Rent(Rows, Columns)
                : _tape.ViewRows(_parent.ClearedGradient(), _parentRow, Rows);
        }

        return _gradient;
    }

    /// <summary>The gradient, zeros if nothing arrived yet; for operations that can only add.</summary>
    internal Matrix ClearedGradient()
    {
        Matrix gradient = GradientTarget(out bool accumulate);
        if (!accumulate) _tape.Device.Fill(gradient, 0f);
        return gradient;
    }

    internal void Set(Matrix value, bool requiresGradient, bool ownsValue)
    {
        Value = value;
        RequiresGradient = requiresGradient;
        OwnsValue = ownsValue;
        _gradient = null;
        _parent = null;
    }

    /// <summary>Makes this the rows of another variable from <paramref name="row"/> on, sharing value and gradient.</summary>
    internal void SetRowsOf(Variable parent, int row, Matrix value)
    {
        Set(value, parent.RequiresGradient, ownsValue: false);
        _parent = parent;
        _parentRow = row;
    }

    /// <summary>Gives value and gradient back to the arena: nothing before this in the tape reads them.</summary>
    internal void Release()
    {
        if (_gradient is not null && _parent is null) _tape.Arena.Return(_gradient);
        if (OwnsValue) _tape.Arena.Return(Value);
        _gradient = null;
        OwnsValue = false;
    }
}
