using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>
    /// Bayesian personalized ranking loss of triples (Rendle et al., 2009), <c>mean_r -log σ(d_r)</c> with
    /// <c>d_r = u·i - u·j</c>, as a 1 x 1 matrix.
    /// </summary>
    /// <param name="users">User matrix <c>[|U| x d]</c>.</param>
    /// <param name="items">Item matrix <c>[|I| x d]</c>.</param>
    /// <param name="user">Row of u in each triple.</param>
    /// <param name="positive">Row of i; as many.</param>
    /// <param name="negative">Row of j; as many. The memory must stay unchanged until the step ends.</param>
    /// <remarks><c>d(d_r) = -σ(-d_r) / n</c>, then <c>du += d(d_r) (i - j)</c>, <c>di += d(d_r) u</c>, <c>dj -= d(d_r) u</c>.</remarks>
    public static Variable BprLoss(this Tape tape, Variable users, Variable items, ReadOnlyMemory<int> user, ReadOnlyMemory<int> positive, ReadOnlyMemory<int> negative)
    {
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfZero(user.Length, nameof(user));
        Matrix slopes = tape.Arena.Rent(user.Length, 1);
        tape.Device.BprDifferences(users.Value, items.Value, user.Span, positive.Span, negative.Span, slopes);
        double sum = 0;
        foreach (ref float slope in slopes.Span)
        {
            double difference = slope;
            double tail = Math.Exp(-Math.Abs(difference));
            sum += Math.Max(0, -difference) + double.LogP1(tail); // -log σ(d), without overflow
            slope = (float)(-(difference > 0 ? tail : 1) / (1 + tail) / user.Length);
        }

        Matrix result = tape.Arena.Rent(1, 1);
        result.Span[0] = (float)(sum / user.Length);
        BprLossOperation operation = tape.Rent<BprLossOperation>();
        (operation.Users, operation.Items, operation.Slopes) = (users, items, slopes);
        (operation.User, operation.Positive, operation.Negative) = (user, positive, negative);
        return tape.Record(operation, result, users.RequiresGradient || items.RequiresGradient);
    }

    private sealed class BprLossOperation : Operation
    {
        public Variable Users { get; set; } = null!;

        public Variable Items { get; set; } = null!;

        public Matrix Slopes { get; set; } = null!;

        public ReadOnlyMemory<int> User { get; set; }

        public ReadOnlyMemory<int> Positive { get; set; }

        public ReadOnlyMemory<int> Negative { get; set; }

        public override void Backward(Tape tape)
        {
            tape.Device.Scale(Output.Gradient!.Span[0], Slopes, Slopes);
            Matrix? users = Users.RequiresGradient ? Users.ClearedGradient() : null;
            Matrix? items = Items.RequiresGradient ? Items.ClearedGradient() : null;
            tape.Device.BprGradient(
                Users.Value, Items.Value, User.Span, Positive.Span, Negative.Span, Slopes, users, items);
        }

        public override void Release(Tape tape) => tape.Arena.Return(Slopes);
    }
}
