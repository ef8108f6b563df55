using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Autograd;

public sealed class TapeTests : IDisposable
{
    private readonly Device _device = new(2);
    private readonly Tape _tape;
    private readonly Parameter _parameter = new("parameter", Noise.Matrix(7, 5, 1));

    public TapeTests() => _tape = new Tape(_device);

    public void Dispose()
    {
        _tape.Dispose();
        _parameter.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Gradients_through_overlapping_rows_and_the_whole_add_up() =>
        GradientCheck.Run(
            [(9, 5)],
            (tape, x) => tape.Add(
                tape.Add(tape.Rows(x[0], 0, 4), tape.MatMul(tape.Rows(x[0], 2, 4), tape.Rows(tape.Rows(x[0], 1, 7), 2, 5))),
                tape.Rows(tape.Combine(2f, x[0], 0f, x[0]), 5, 4)),
            x => x[0].Block(0, 0, 4, 5)
                .Plus(Dense.MatMul(x[0].Block(2, 0, 4, 5), x[0].Block(3, 0, 5, 5)))
                .Plus(Dense.Combine(2, x[0].Block(5, 0, 4, 5), 0, x[0].Block(5, 0, 4, 5))));

    [Fact]
    public void Gradients_agree_for_a_variable_that_several_operations_use() =>
        GradientCheck.Run(
            [(6, 6), (1, 6)],
            (tape, x) =>
            {
                Variable hidden = tape.Linear(x[0], x[0], x[1], 0.2f);
                Variable mixed = tape.ScaleChunks(tape.Softmax(hidden), tape.Columns(hidden, 1, 3));
                Variable halves = tape.ConcatColumns([tape.Columns(mixed, 3, 3), tape.Columns(hidden, 0, 3)]);
                return tape.Add(tape.MatMul(hidden, mixed, transposeA: true), halves);
            },
            x =>
            {
                double[,] hidden = Twin.BiasActivation(Dense.MatMul(x[0], x[0]), x[1], 0.2f);
                double[,] mixed = Twin.ScaleChunks(Twin.Softmax(hidden), hidden.Block(0, 1, 6, 3));
                return Dense.MatMul(hidden, mixed, transposeA: true).Plus(mixed.Block(0, 3, 6, 3).Beside(hidden.Block(0, 0, 6, 3)));
            });

    [Fact]
    public void An_operation_whose_result_goes_nowhere_changes_no_gradient()
    {
        Variable x = _tape.Use(_parameter);
        Variable loss = _tape.MeanSquare(x);
        _tape.Softmax(_tape.Add(x, x));
        _tape.Backward(loss);

        Agreement.Check(Dense.Of(_parameter.Value).Map((r, c) => 2.0 / 35 * _parameter.Value[r, c]), _parameter.Gradient!);
    }

    [Fact]
    public void The_reset_of_a_tape_leaves_a_parameter_to_the_tape_that_uses_it_since()
    {
        using var other = new Tape(_device);
        _tape.Use(_parameter);
        other.Backward(other.MeanSquare(other.Use(_parameter)));
        _tape.Reset();
        Assert.NotNull(_parameter.Gradient);
        other.Reset();
        Assert.Null(_parameter.Gradient);
    }

    [Fact]
    public void A_loss_that_is_no_scalar_or_depends_on_nothing_is_refused()
    {
        Variable matrix = _tape.Softmax(_tape.Use(_parameter));
        Variable constant = _tape.MeanSquare(_tape.Constant(_parameter.Value));

        Assert.Throws<ArgumentException>(() => _tape.Backward(matrix));
        Assert.Throws<ArgumentException>(() => _tape.Backward(constant));
        Assert.Throws<ArgumentNullException>(() => _tape.Backward(null!));
        Assert.Throws<InvalidOperationException>(() => matrix.Scalar);
    }

    [Fact]
    public void Rows_share_memory_and_lie_inside()
    {
        Variable rows = _tape.Rows(_tape.Constant(_parameter.Value), 2, 3);
        rows.Value[0, 1] = 42f;

        Assert.Equal((3, 5), (rows.Rows, rows.Columns));
        Assert.Equal(42f, _parameter.Value[2, 1]);
        Assert.Equal(0, _tape.Rows(rows, 3, 0).Rows);
        Assert.Throws<ArgumentOutOfRangeException>(() => _tape.Rows(rows, 1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => _tape.Rows(rows, -1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => _tape.Rows(rows, 0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _tape.Rows(rows, int.MaxValue, 1));
    }

    [Fact]
    public void A_parameter_is_one_variable_within_a_step_and_has_no_gradient_after_it()
    {
        Variable first = _tape.Use(_parameter);
        Assert.Same(first, _tape.Use(_parameter));
        _tape.Backward(_tape.MeanSquare(first));
        Assert.NotNull(_parameter.Gradient);

        _tape.Reset();

        Assert.Null(_parameter.Gradient);
    }

    [Fact]
    public void A_parameter_used_while_not_recording_still_gets_its_gradient_from_what_is_recorded_later()
    {
        _tape.Recording = false;
        Variable detached = _tape.Softmax(_tape.Use(_parameter));
        _tape.Recording = true;
        Variable loss = _tape.MeanSquare(_tape.Combine(1f, _tape.Use(_parameter), 1f, detached));
        _tape.Backward(loss);

        Assert.False(detached.RequiresGradient);
        double[,] softmax = Twin.Softmax(Dense.Of(_parameter.Value));
        Agreement.Check(softmax.Map((r, c) => 2.0 / 35 * (_parameter.Value[r, c] + softmax[r, c])), _parameter.Gradient!);
    }

    [Fact]
    public void Warm_steps_hold_no_more_memory()
    {
        long held = 0;
        for (int step = 0; step < 5; step++)
        {
            Variable x = _tape.Use(_parameter);
            _tape.Backward(_tape.MeanSquare(_tape.MatMul(_tape.Softmax(x), x, transposeA: true)));
            _tape.Reset();
            if (step == 0) held = _tape.Bytes;
        }

        Assert.True(held > 0);
        Assert.Equal(held, _tape.Bytes);
    }

    [Fact]
    public void A_matrix_that_is_not_of_the_arena_cannot_be_returned_to_it() =>
        Assert.Throws<ArgumentException>(() => _tape.Arena.Return(_parameter.Value));
}
