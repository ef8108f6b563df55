using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Autograd;

/// <summary>
/// Compares an operation's values and gradients with its twin, a function of plain double-precision matrices that is
/// differentiated by central differences. The loss is <c>mean (y + k)²</c> with a constant k.
/// </summary>
internal sealed class GradientCheck
{
    private const double Step = 1e-6;
    private const int Margin = 2;
    private readonly Matrix[] _inputs;
    private readonly Func<Tape, Variable[], Variable> _operation;
    private readonly Func<double[][,], double[,]> _twin;
    private readonly Matrix _shift;
    private readonly double[,] _expected;
    private readonly double[][,] _gradients;

    private GradientCheck(Matrix[] inputs, Func<Tape, Variable[], Variable> operation, Func<double[][,], double[,]> twin)
    {
        (_inputs, _operation, _twin) = (inputs, operation, twin);
        double[][,] values = [.. inputs.Select(Dense.Of)];
        _expected = twin(values);
        _shift = Noise.Matrix(_expected.GetLength(0), _expected.GetLength(1), seed: 99);
        _gradients = [.. values.Select(value => Differentiate(value, values))];
    }

    /// <summary>Checks an operation on noise of the given shapes.</summary>
    public static void Run(
        (int Rows, int Columns)[] shapes, Func<Tape, Variable[], Variable> operation, Func<double[][,], double[,]> twin) =>
        Run([.. shapes.Select((shape, i) => Noise.Matrix(shape.Rows, shape.Columns, 10 + i))], operation, twin);

    /// <summary>
    /// Checks an operation: all inputs trainable, each alone, used twice in a step (so that gradients add up), and as
    /// rows of larger parameters; each in two steps of a tape whose memory starts as NaN.
    /// </summary>
    public static void Run(Matrix[] inputs, Func<Tape, Variable[], Variable> operation, Func<double[][,], double[,]> twin)
    {
        var check = new GradientCheck(inputs, operation, twin);
        bool[] all = [.. inputs.Select(_ => true)];
        check.Compare("all trainable", all, times: 1, margin: 0);
        check.Compare("used twice", all, times: 2, margin: 0);
        check.Compare("rows of larger parameters", all, times: 1, Margin);
        check.Compare("rows of larger parameters, used twice", all, times: 2, Margin);
        for (int i = 0; i < inputs.Length && inputs.Length > 1; i++)
        {
            bool[] one = [.. inputs.Select((_, other) => other == i)];
            check.Compare($"only input {i} trainable", one, times: 1, margin: 0);
        }

        check.CompareUnrecorded();
    }

    private double Loss(double[][,] values) => Twin.MeanSquare(_twin(values).Plus(Dense.Of(_shift)));

    private double[,] Differentiate(double[,] value, double[][,] values) => value.Map((r, c) =>
    {
        double saved = value[r, c];
        value[r, c] = saved + Step;
        double above = Loss(values);
        value[r, c] = saved - Step;
        double below = Loss(values);
        value[r, c] = saved;
        return (above - below) / (2 * Step);
    });

    private void Compare(string mode, bool[] trainable, int times, int margin)
    {
        using var device = new Device(2);
        using var tape = new Tape(device);
        Poison(tape);
        Parameter[] parameters = [.. _inputs.Select((input, i) => new Parameter($"input {i}", Padded(input, margin)))];
        for (int step = 1; step <= 2; step++)
        {
            string label = $"{mode}, step {step}";
            Variable[] whole = [.. parameters.Select((p, i) => trainable[i] ? tape.Use(p) : tape.Constant(p.Value))];
            Variable[] inputs = [.. whole.Select((x, i) => margin == 0 ? x : tape.Rows(x, margin, _inputs[i].Rows))];
            Variable loss = Loss(tape, inputs, label);
            for (int time = 1; time < times; time++) loss = tape.Add(loss, Loss(tape, inputs, label));

            tape.Backward(loss);

            for (int i = 0; i < parameters.Length; i++)
            {
                if (trainable[i])
                    CompareGradient(i, parameters[i].Gradient, times, margin, label);
                else
                    Assert.Null(whole[i].Gradient);
            }

            tape.Reset();
        }
    }

    private Variable Loss(Tape tape, Variable[] inputs, string label)
    {
        Variable output = _operation(tape, inputs);
        Assert.True(output.RequiresGradient);
        Agreement.Check(_expected, output.Value, tolerance: 1e-5, label);
        return tape.MeanSquare(tape.Combine(1f, output, 1f, tape.Constant(_shift)));
    }

    private void CompareGradient(int input, Matrix? gradient, int times, int margin, string label)
    {
        Assert.NotNull(gradient);
        double[,] expected = _gradients[input];
        double largest = expected.Cast<double>().Select(Math.Abs).Append(1e-2).Max();
        int rows = expected.GetLength(0);
        for (int r = 0; r < gradient.Rows; r++)
        {
            for (int c = 0; c < gradient.Columns; c++)
            {
                double wanted = r < margin || r >= margin + rows ? 0 : times * expected[r - margin, c];
                if (!(Math.Abs(wanted - gradient[r, c]) <= (1e-4 * Math.Abs(wanted)) + (1e-5 * largest)))
                    Assert.Fail($"{label}: input {input}, gradient at ({r}, {c}) is {gradient[r, c]}, by differences {wanted}.");
            }
        }
    }

    private void CompareUnrecorded()
    {
        using var device = new Device(2);
        using var tape = new Tape(device);
        Variable recorded = _operation(tape, [.. _inputs.Select(input => tape.Use(new Parameter("input", input)))]);
        tape.Recording = false;
        Variable unrecorded = _operation(tape, [.. _inputs.Select(input => tape.Use(new Parameter("input", input)))]);
        Agreement.SameBits(recorded.Value, unrecorded.Value, "recorded and not");
        Assert.False(unrecorded.RequiresGradient);
        tape.Recording = true;
        Assert.False(_operation(tape, [.. _inputs.Select(tape.Constant)]).RequiresGradient);
    }

    // Whatever the tape will rent, it finds a block full of NaN.
    private static void Poison(Tape tape)
    {
        for (int length = 1; length <= 4096; length *= 2)
            for (int copy = 0; copy < 12; copy++)
                tape.Arena.Rent(1, length).Span.Fill(float.NaN);
        tape.Reset();
    }

    private static Matrix Padded(Matrix matrix, int margin)
    {
        Matrix padded = Noise.Matrix(matrix.Rows + (2 * margin), matrix.Columns, seed: 55);
        for (int r = 0; r < matrix.Rows; r++) matrix.Row(r).CopyTo(padded.Row(r + margin));
        return padded;
    }
}
