using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>
    /// Fully connected layer on inputs that lie side by side, <c>y = LeakyReLU([x_1 ‖ … ‖ x_n] W + b)</c>, without ever
    /// putting them side by side.
    /// </summary>
    /// <param name="inputs">Inputs <c>[rows x D_m]</c>.</param>
    /// <param name="weight">W, <c>[ΣD_m x out]</c>.</param>
    /// <param name="bias">b, <c>[1 x out]</c>, or null.</param>
    /// <param name="leakySlope">Slope below zero, above 0; 1 for no activation.</param>
    /// <remarks>
    /// With <c>g = dy</c> where <c>y &gt; 0</c> and <c>slope · dy</c> elsewhere: <c>dW_m = x_mᵀ g</c>, <c>db = Σ_rows g</c>,
    /// <c>dx_m = g W_mᵀ</c>.
    /// </remarks>
    public static Variable Linear(this Tape tape, ReadOnlySpan<Variable> inputs, Variable weight, Variable? bias = null, float leakySlope = 1f)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentOutOfRangeException.ThrowIfZero(inputs.Length, nameof(inputs));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(leakySlope, 0f);
        LinearOperation operation = tape.Rent<LinearOperation>();
        operation.Inputs.Clear();
        bool requiresGradient = weight.RequiresGradient || (bias?.RequiresGradient ?? false);
        Matrix result = tape.Arena.Rent(inputs[0].Rows, weight.Columns);
        int row = 0;
        for (int m = 0; m < inputs.Length; m++)
        {
            Variable input = inputs[m];
            bool last = m == inputs.Length - 1;
            Matrix weights = tape.ViewRows(weight.Value, row, input.Columns);
            tape.Device.MatMul(
                input.Value, false, weights, false, result, accumulate: m > 0, last ? bias?.Value : null, last ? leakySlope : 1f);
            row += input.Columns;
            requiresGradient |= input.RequiresGradient;
            operation.Inputs.Add(input);
        }

        if (row != weight.Rows)
            throw new ArgumentException($"The inputs have {row} columns in all, the weight {weight.Rows} rows.", nameof(weight));
        (operation.Weight, operation.Bias, operation.LeakySlope) = (weight, bias, leakySlope);
        return tape.Record(operation, result, requiresGradient);
    }

    /// <inheritdoc cref="Linear(Tape, ReadOnlySpan{Variable}, Variable, Variable?, float)"/>
    /// <param name="x">The only input, <c>[rows x in]</c>.</param>
    /// <param name="weight">W, <c>[in x out]</c>.</param>
    /// <param name="bias">b, <c>[1 x out]</c>, or null.</param>
    /// <param name="leakySlope">Slope below zero, above 0; 1 for no activation.</param>
    public static Variable Linear(this Tape tape, Variable x, Variable weight, Variable? bias = null, float leakySlope = 1f) =>
        tape.Linear(new ReadOnlySpan<Variable>(in x), weight, bias, leakySlope);

    private sealed class LinearOperation : Operation
    {
        public List<Variable> Inputs { get; } = [];

        public Variable Weight { get; set; } = null!;

        public Variable? Bias { get; set; }

        public float LeakySlope { get; set; }

        public override void Backward(Tape tape)
        {
            Matrix gradient = Output.Gradient!;
            if (LeakySlope != 1f) tape.Device.LeakyReluGradient(LeakySlope, Output.Value, gradient, gradient);
            if (Bias is { RequiresGradient: true })
                tape.Device.ColumnSums(gradient, Bias.GradientTarget(out bool accumulate), accumulate);

            if (Weight.RequiresGradient) WeightGradient(tape, gradient); // all of it first: an input may be the weight
            int row = 0;
            foreach (Variable input in Inputs)
            {
                if (input.RequiresGradient)
                {
                    Matrix target = input.GradientTarget(out bool add);
                    tape.Device.MatMul(gradient, false, tape.ViewRows(Weight.Value, row, input.Columns), true, target, add);
                }

                row += input.Columns;
            }
        }

        private void WeightGradient(Tape tape, Matrix gradient)
        {
            Matrix whole = Weight.GradientTarget(out bool add);
            int row = 0;
            foreach (Variable input in Inputs)
            {
                Matrix target = tape.ViewRows(whole, row, input.Columns);
                tape.Device.MatMul(input.Value, true, gradient, false, target, add);
                row += input.Columns;
            }
        }
    }
}
