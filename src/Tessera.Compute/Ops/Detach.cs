using Tessera.Compute.Autograd;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>x as a constant, sharing its memory: no gradient passes.</summary>
    public static Variable Detach(this Tape tape, Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return tape.Constant(x.Value);
    }
}
