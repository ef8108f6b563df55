using System.Diagnostics;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Autograd;

/// <summary>
/// Records operations on matrices as they are computed and differentiates the result by reverse mode. One step is: compute
/// a scalar, <see cref="Backward"/>, let the optimizer read the parameters' gradients, <see cref="Reset"/>.
/// </summary>
/// <remarks>All objects of a step are reused by the next: a warm step allocates nothing on the managed heap.</remarks>
public sealed class Tape : IDisposable
{
    private readonly List<Operation> _operations = [];
    private readonly List<Variable> _variables = [];
    private readonly Dictionary<Type, Stack<Operation>> _spareOperations = [];
    private readonly List<Matrix> _views = [];
    private readonly List<Parameter> _usedParameters = [];
    private int _usedVariables;
    private int _usedViews;

    /// <summary>A tape whose operations run on a device.</summary>
    /// <param name="device">Where to compute; not disposed with the tape.</param>
    public Tape(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        Device = device;
    }

    /// <summary>Where the operations run.</summary>
    public Device Device { get; }

    /// <summary>Whether operations are recorded for <see cref="Backward"/>. Off, only values are computed.</summary>
    public bool Recording { get; set; } = true;

    /// <summary>Bytes of intermediate memory held.</summary>
    internal long Bytes => Arena.Bytes;

    internal Arena Arena { get; } = new();

    /// <summary>Puts a matrix on the tape that gets no gradient.</summary>
    public Variable Constant(Matrix value) => Next(value, requiresGradient: false, ownsValue: false);

    /// <summary>Puts a parameter on the tape. Within a step the same variable is returned each time.</summary>
    public Variable Use(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (parameter.Variable is null || !ReferenceEquals(parameter.Tape, this))
        {
            parameter.Variable = Next(parameter.Value, requiresGradient: true, ownsValue: false);
            parameter.Tape = this;
            _usedParameters.Add(parameter);
        }

        return parameter.Variable;
    }

    /// <summary>Rows <paramref name="row"/> .. <paramref name="row"/> + <paramref name="count"/>, sharing memory with x.</summary>
    public Variable Rows(Variable x, int row, int count)
    {
        ArgumentNullException.ThrowIfNull(x);
        Variable variable = Next();
        variable.SetRowsOf(x, row, ViewRows(x.Value, row, count));
        return variable;
    }

    /// <summary>Computes the gradient of a scalar with respect to everything that went into it.</summary>
    /// <param name="loss">A 1 x 1 variable of this step.</param>
    /// <exception cref="ArgumentException">The loss is not 1 x 1 or depends on no parameter.</exception>
    public void Backward(Variable loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (loss.Value.Length != 1 || !loss.RequiresGradient)
            throw new ArgumentException("The loss must be 1 x 1 and depend on a parameter.", nameof(loss));
        loss.GradientTarget(out _).Span[0] = 1f;
        for (int i = _operations.Count - 1; i >= 0; i--)
        {
            Operation operation = _operations[i];
            if (operation.Output.Gradient is not null) operation.Backward(this);
            operation.Release(this);
            operation.Output.Release();
        }
    }

    /// <summary>Ends the step: forgets all operations and takes all memory back. Gradients are gone.</summary>
    public void Reset()
    {
        foreach (Operation operation in _operations) _spareOperations[operation.GetType()].Push(operation);
        foreach (Parameter parameter in _usedParameters)
            if (ReferenceEquals(parameter.Tape, this)) parameter.Variable = null; // another tape's step goes on
        _usedParameters.Clear();
        _operations.Clear();
        _usedVariables = 0;
        _usedViews = 0;
        Arena.Reset();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Reset();
        Arena.Dispose();
    }

    /// <summary>A reused or new operation object, to be filled and passed to <see cref="Record(Operation, Matrix, bool)"/>.</summary>
    internal TOperation Rent<TOperation>()
        where TOperation : Operation, new()
    {
        if (!_spareOperations.TryGetValue(typeof(TOperation), out Stack<Operation>? spare))
            _spareOperations.Add(typeof(TOperation), spare = new Stack<Operation>());
        return spare.Count > 0 ? (TOperation)spare.Pop() : new TOperation();
    }

    /// <summary>Ends an operation's forward pass. A result that needs no gradient is not recorded.</summary>
    internal Variable Record(Operation operation, Matrix result, bool requiresGradient)
    {
        Variable output = Next(result, requiresGradient && Recording, ownsValue: true);
        operation.Output = output;
        if (output.RequiresGradient)
        {
            _operations.Add(operation);
        }
        else
        {
            operation.Release(this);
            _spareOperations[operation.GetType()].Push(operation);
        }

        return output;
    }

    /// <summary>Ends the forward pass of an operation whose result is one number.</summary>
    internal Variable Record(Operation operation, double value, bool requiresGradient)
    {
        Matrix result = Arena.Rent(1, 1);
        result.Span[0] = (float)value;
        return Record(operation, result, requiresGradient);
    }

    /// <summary>A matrix over some rows of another, without copying.</summary>
    internal Matrix ViewRows(Matrix matrix, int row, int count)
    {
        if (row < 0 || count < 0 || row > matrix.Rows - count)
            throw new ArgumentOutOfRangeException(nameof(row), $"{count} rows from {row} are not inside 0..{matrix.Rows - 1}.");
        return View(matrix, row * matrix.Columns, count, matrix.Columns);
    }

    /// <summary>A matrix over some consecutive elements of another, without copying.</summary>
    internal unsafe Matrix View(Matrix matrix, int first, int rows, int columns)
    {
        Debug.Assert(first >= 0 && (long)first + ((long)rows * columns) <= matrix.Length, "The view is inside the matrix.");
        if (_usedViews == _views.Count) _views.Add(new Matrix(matrix.Data, 0, 0));
        Matrix view = _views[_usedViews++];
        view.Point(matrix.Data + first, rows, columns);
        return view;
    }

    private Variable Next()
    {
        if (_usedVariables == _variables.Count) _variables.Add(new Variable(this));
        return _variables[_usedVariables++];
    }

    private Variable Next(Matrix value, bool requiresGradient, bool ownsValue)
    {
        ArgumentNullException.ThrowIfNull(value);
        Variable variable = Next();
        variable.Set(value, requiresGradient, ownsValue);
        return variable;
    }
}
