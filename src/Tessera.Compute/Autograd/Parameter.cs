using System.Diagnostics;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Autograd;

/// <summary>A trainable matrix with a name that is unique within its model.</summary>
[DebuggerDisplay("{Name}[{Value.Rows} x {Value.Columns}]")]
public sealed class Parameter : IDisposable
{
    /// <summary>Names a matrix and takes it over.</summary>
    public Parameter(string name, Matrix value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(value);
        Name = name;
        Value = value;
    }

    /// <summary>Name, such as <c>shared.hidden.weight</c>: the key in checkpoints.</summary>
    public string Name { get; }

    /// <summary>Current values.</summary>
    public Matrix Value { get; }

    /// <summary>Gradient of the current step's loss, or null where none arrived or the step is over.</summary>
    public Matrix? Gradient => Variable?.Gradient;

    /// <summary>The parameter on the tape of the current step.</summary>
    internal Variable? Variable { get; set; }

    /// <summary>The tape of the current step.</summary>
    internal Tape? Tape { get; set; }

    /// <inheritdoc/>
    public void Dispose() => Value.Dispose();
}
