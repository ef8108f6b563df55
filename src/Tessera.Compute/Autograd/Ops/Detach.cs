namespace Tessera.Compute.Autograd;

public sealed partial class Tape
{
    /// <summary>x as a constant, sharing its memory: no gradient passes.</summary>
    public Variable Detach(Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Constant(x.Value);
    }
}
