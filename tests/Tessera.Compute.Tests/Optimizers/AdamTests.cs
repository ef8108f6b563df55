using Tessera.Compute.Autograd;
using Tessera.Compute.Optimizers;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Optimizers;

public sealed class AdamTests : OptimizerTest
{
    [Theory]
    [InlineData(0f)]
    [InlineData(0.1f)]
    public void Ten_steps_agree_with_the_twin(float decay)
    {
        var options = new AdamOptions
        {
            LearningRate = 0.05f,
            Beta1 = 0.8f,
            Beta2 = 0.95f,
            Epsilon = 1e-4f,
            WeightDecay = decay,
        };
        using Parameter parameter = Start();
        using var adam = new Adam(Device, [parameter], options);
        var twin = new AdamTwin(options, Dense.Of(parameter.Value));
        for (int step = 1; step <= 10; step++)
        {
            twin.Step(Gradient(twin.Parameter));
            Step(adam, parameter);
            Agreement.Check(twin.Parameter, parameter.Value, tolerance: 1e-5, label: $"step {step}");
        }
    }

    [Fact]
    public void Constants_out_of_their_ranges_are_refused()
    {
        using Parameter parameter = Start();
        AdamOptions[] wrong =
        [
            new() { LearningRate = -1 }, new() { LearningRate = float.NaN }, new() { Beta1 = 1 }, new() { Beta2 = -0.1f }, new() { Epsilon = 0 }, new() { WeightDecay = -1 },
        ];
        foreach (AdamOptions options in wrong) Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(Device, [parameter], options));
        Assert.Contains("Beta1 is 1; expected 0 or more and below 1", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(Device, [parameter], wrong[2])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_step_goes_by_the_learning_rate_whatever_the_gradient()
    {
        using Parameter parameter = Start();
        using Matrix before = parameter.Value.Clone();
        using var adam = new Adam(Device, [parameter], new AdamOptions());
        Step(adam, parameter);

        double[,] gradient = Gradient(Dense.Of(before));
        Agreement.Check(gradient.Map((r, c) => before[r, c] - (1e-3 * Math.Sign(gradient[r, c]))), parameter.Value, tolerance: 1e-6);
    }

    [Fact]
    public void A_change_of_the_learning_rate_counts_from_the_next_step()
    {
        using Parameter parameter = Start();
        using var adam = new Adam(Device, [parameter], new AdamOptions { WeightDecay = 0.5f });
        Step(adam, parameter);
        using Matrix before = parameter.Value.Clone();
        adam.LearningRate = 0f;
        Step(adam, parameter);

        Agreement.SameBits(before, parameter.Value);
    }

    [Fact]
    public void A_parameter_without_a_gradient_is_untouched_and_its_steps_are_not_counted()
    {
        var options = new AdamOptions { LearningRate = 0.05f, WeightDecay = 0.1f };
        using Parameter always = Start("always"), sometimes = Start("sometimes");
        using var adam = new Adam(Device, [always, sometimes], options);
        var twin = new AdamTwin(options, Dense.Of(sometimes.Value));
        for (int step = 1; step <= 9; step++)
        {
            if (step % 3 != 0)
            {
                using Matrix before = sometimes.Value.Clone();
                Step(adam, always);
                Agreement.SameBits(before, sometimes.Value);
                continue;
            }

            twin.Step(Gradient(twin.Parameter));
            Step(adam, always, sometimes);
            Agreement.Check(twin.Parameter, sometimes.Value, tolerance: 1e-5);
        }
    }

    [Fact]
    public void State_copied_into_a_fresh_optimizer_continues_with_the_same_bits()
    {
        var options = new AdamOptions { LearningRate = 0.05f };
        using Parameter original = Start();
        using var adam = new Adam(Device, [original], options);
        for (int step = 0; step < 5; step++) Step(adam, original);

        using var copy = new Parameter("p", original.Value.Clone());
        using var resumed = new Adam(Device, [copy], options);
        foreach (((string name, Matrix from), (string copyName, Matrix to)) in adam.State.Zip(resumed.State))
        {
            Assert.Equal(name, copyName);
            to.CopyFrom(from);
        }

        for (int step = 0; step < 5; step++)
        {
            Step(adam, original);
            Step(resumed, copy);
            Agreement.SameBits(original.Value, copy.Value);
        }

        Assert.Equal(["p.first_moment", "p.second_moment", "steps"], adam.State.Select(entry => entry.Name));
    }

    [Fact]
    public void Steps_are_counted_exactly_beyond_what_sixteen_bits_and_a_float_hold()
    {
        using Parameter parameter = Start();
        using var adam = new Adam(Device, [parameter], new AdamOptions());
        Matrix steps = adam.State[^1].Value;
        (steps[0, 0], steps[0, 1]) = (0xFFFF, 0x1FF); // 2^25 - 1 steps done
        Step(adam, parameter);
        Assert.Equal([0f, 512f], steps.Span.ToArray());
        Step(adam, parameter);
        Assert.Equal([1f, 512f], steps.Span.ToArray());
    }

    [Fact]
    public void A_negative_learning_rate_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(Device, [], new AdamOptions { LearningRate = -1f }));

    private sealed class AdamTwin(AdamOptions options, double[,] parameter)
    {
        private double[,] _first = parameter.Map((_, _) => 0), _second = parameter.Map((_, _) => 0);
        private int _steps;

        public double[,] Parameter { get; private set; } = parameter;

        public void Step(double[,] g)
        {
            double rate = options.LearningRate, decay = options.WeightDecay;
            _steps++;
            double[,] p = Parameter, gradient = Dense.Combine(1, g, decay, Parameter);
            _first = Dense.Combine(options.Beta1, _first, 1 - (double)options.Beta1, gradient);
            double[,] squares = gradient.Map((r, c) => gradient[r, c] * gradient[r, c]);
            _second = Dense.Combine(options.Beta2, _second, 1 - (double)options.Beta2, squares);
            double first = 1 - Math.Pow(options.Beta1, _steps), second = 1 - Math.Pow(options.Beta2, _steps);
            Parameter = p.Map((r, c) => p[r, c] - (rate * _first[r, c] / first / (Math.Sqrt(_second[r, c] / second) + options.Epsilon)));
        }
    }
}
