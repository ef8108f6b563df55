using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class DifferenceDotsTests
{
    /// <summary>Repeated users, repeated items, an item positive here and negative there, and one both at once.</summary>
    private static readonly int[] User = [0, 1, 0, 0, 3, 3, 2], Positive = [4, 4, 1, 4, 2, 5, 3], Negative = [1, 2, 4, 1, 2, 0, 0];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(33)]
    public void Gradients_agree_on_repeated_users_and_items(int columns) =>
        GradientCheck.Run(
            [(4, columns), (6, columns)],
            (tape, x) => tape.MeanLogisticLoss(tape.DifferenceDots(x[0], x[1], User, Positive, Negative)),
            x => Dense.Scalar(Twin.LogisticDots(x[0], x[1], User, Positive, Negative)));

    [Fact]
    public void Gradients_agree_where_users_and_items_are_one_matrix() =>
        GradientCheck.Run(
            [(6, 5)],
            (tape, x) => tape.MeanLogisticLoss(tape.DifferenceDots(x[0], x[0], User, Positive, Negative)),
            x => Dense.Scalar(Twin.LogisticDots(x[0], x[0], User, Positive, Negative)));

    [Fact]
    public void Gradients_agree_where_users_and_items_are_rows_of_one_matrix() =>
        GradientCheck.Run(
            [(10, 5)],
            (tape, x) => tape.MeanLogisticLoss(tape.DifferenceDots(tape.Rows(x[0], 0, 4), tape.Rows(x[0], 4, 6), User, Positive, Negative)),
            x => Dense.Scalar(Twin.LogisticDots(x[0].Block(0, 0, 4, 5), x[0].Block(4, 0, 6, 5), User, Positive, Negative)));

    [Fact]
    public void A_triple_whose_positive_is_its_negative_costs_the_logarithm_of_two_and_moves_nothing()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        using Parameter users = new("users", Noise.Matrix(1, 5, 1)), items = new("items", Noise.Matrix(2, 5, 2));

        Variable loss = tape.MeanLogisticLoss(tape.DifferenceDots(tape.Use(users), tape.Use(items), new[] { 0 }, new[] { 1 }, new[] { 1 }));
        Assert.Equal(Math.Log(2), loss.Scalar, 1e-6);
        tape.Backward(loss);

        Agreement.Check(new double[1, 5], users.Gradient!, tolerance: 0);
        Agreement.Check(new double[2, 5], items.Gradient!, tolerance: 1e-7);
    }

    [Theory]
    [InlineData(100f, 0f, 0f)]
    [InlineData(-100f, 100f, 1f)]
    [InlineData(1e30f, 0f, 0f)]
    [InlineData(-1e30f, 1e30f, 1f)]
    public void Large_differences_neither_overflow_nor_lose_the_gradient(float difference, float expected, float slope)
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        using Parameter users = new("users", Matrix.From(new[,] { { 1f } }));
        using Parameter items = new("items", Matrix.From(new[,] { { difference }, { 0f } }));

        Variable loss = tape.MeanLogisticLoss(tape.DifferenceDots(tape.Use(users), tape.Use(items), new[] { 0 }, new[] { 0 }, new[] { 1 }));
        Assert.Equal(expected, loss.Scalar);
        tape.Backward(loss);

        Agreement.Check(new double[,] { { -slope }, { slope } }, items.Gradient!);
    }

    [Fact]
    public void Misfits_are_refused()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        Variable users = tape.Constant(new Matrix(4, 5)), items = tape.Constant(new Matrix(6, 5));

        AssertRefused([], [], []);
        AssertRefused(User, Positive, [0]);
        AssertRefused([4], [0], [1]);
        AssertRefused([0], [6], [1]);
        AssertRefused([0], [0], [-1]);

        void AssertRefused(int[] user, int[] positive, int[] negative) =>
            Assert.ThrowsAny<ArgumentException>(() => tape.MeanLogisticLoss(tape.DifferenceDots(users, items, user, positive, negative)));
    }
}
