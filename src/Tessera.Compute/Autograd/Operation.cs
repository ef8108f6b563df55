namespace Tessera.Compute.Autograd;

/// <summary>A recorded operation: what it needs to turn its output's gradient into its inputs' gradients.</summary>
internal abstract class Operation
{
    /// <summary>The input, of an operation that has one of this name.</summary>
    public Variable X { get; set; } = null!;

    /// <summary>The result.</summary>
    public Variable Output { get; set; } = null!;

    /// <summary>Gradient of a result that is one number.</summary>
    protected float Slope => Output.Gradient!.Span[0];

    /// <summary>Adds to the inputs' gradients. <see cref="Variable.Gradient"/> of the output is not null.</summary>
    public abstract void Backward(Tape tape);

    /// <summary>Gives back what the operation kept in the arena, whether or not a gradient arrived.</summary>
    public virtual void Release(Tape tape)
    {
    }
}
