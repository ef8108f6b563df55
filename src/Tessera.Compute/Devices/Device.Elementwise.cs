using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

public sealed unsafe partial class Device
{
    private const int MapCost = 8;

    /// <summary>Sets every element.</summary>
    public void Fill(Matrix result, float value, bool accumulate = false) =>
        RunElements(result.Length, new Filling(value, result.Data, accumulate));

    /// <summary><c>y = α x</c>.</summary>
    public void Scale(float alpha, Matrix x, Matrix result, bool accumulate = false)
    {
        RequireSameShape(x, result);
        RunElements(x.Length, new Scaling(alpha, x.Data, result.Data, accumulate));
    }

    /// <summary><c>y = α a + β b</c>.</summary>
    public void Combine(float alpha, Matrix a, float beta, Matrix b, Matrix result, bool accumulate = false)
    {
        RequireSameShape(a, b);
        RequireSameShape(a, result);
        RunElements(a.Length, new LinearCombination(alpha, a.Data, beta, b.Data, result.Data, accumulate));
    }

    /// <summary><c>y = a ∘ b</c>, element by element.</summary>
    public void Multiply(Matrix a, Matrix b, Matrix result, bool accumulate = false)
    {
        RequireSameShape(a, b);
        RequireSameShape(a, result);
        RunElements(a.Length, new Multiplication(a.Data, b.Data, result.Data, accumulate));
    }

    /// <summary><c>y = f(x)</c>, element by element.</summary>
    internal void Map<TFunction>(Matrix x, Matrix result)
        where TFunction : struct, IUnary
    {
        RequireSameShape(x, result);
        Run(x.Length, MapCost, new Map<TFunction>(x.Data, result.Data));
    }

    /// <summary>Gradient of <see cref="Map"/>, <c>dx = f'(x) ∘ dy</c>.</summary>
    internal void MapGradient<TFunction>(Matrix x, Matrix output, Matrix outputGradient, Matrix result, bool accumulate)
        where TFunction : struct, IUnary
    {
        RequireSameShape(x, output);
        RequireSameShape(x, outputGradient);
        RequireSameShape(x, result);
        Run(x.Length, MapCost, new MapGradient<TFunction>(x.Data, output.Data, outputGradient.Data, result.Data, accumulate));
    }

    /// <summary>
    /// Inverted dropout: <c>x / (1 - p)</c> or, with probability p, 0. Which elements stay depends on the seed and their
    /// position alone, so that the same call on a gradient is the gradient's.
    /// </summary>
    internal void Dropout(Matrix x, float probability, ulong seed, Matrix result, bool accumulate = false)
    {
        RequireSameShape(x, result);
        Run(x.Length, 1, new Dropout(x.Data, probability, seed, result.Data, accumulate));
    }

    /// <summary><c>y = LeakyReLU(x + bias)</c>, the bias being a row or null, the slope 1 for no activation.</summary>
    internal void BiasActivation(Matrix x, Matrix? bias, float leakySlope, Matrix result)
    {
        RequireSameShape(x, result);
        Require(bias is null || bias.Length == x.Columns, $"a bias of {x.Columns}");
        Run(x.Rows, x.Columns, new BiasActivation(x.Data, x.Columns, x.Columns, bias is null ? null : bias.Data, leakySlope, result.Data));
    }

    /// <summary><c>dx = dy</c> where <c>y &gt; 0</c>, else <c>slope · dy</c>; dx may be dy.</summary>
    internal void LeakyReluGradient(float slope, Matrix output, Matrix outputGradient, Matrix result)
    {
        RequireSameShape(output, outputGradient);
        RequireSameShape(output, result);
        RunElements(output.Length, new LeakyReluGradient(slope, output.Data, outputGradient.Data, result.Data));
    }

    /// <summary>Sums of the columns as one row.</summary>
    internal void ColumnSums(Matrix x, Matrix result, bool accumulate = false)
    {
        Require(result.Length == x.Columns, $"a row of {x.Columns}");
        int blocks = Parts(x.Columns, Kernels.ColumnSums.BlockColumns);
        Run(blocks, x.Rows * Math.Min(x.Columns, Kernels.ColumnSums.BlockColumns), new ColumnSums(x.Data, x.Rows, x.Columns, result.Data, accumulate));
    }

    /// <summary>
    /// <c>y = x - ln(-ln u)</c>, u uniform in (0, 1): noise of the standard Gumbel distribution, which depends on the seed and the
    /// position alone. The result may be x.
    /// </summary>
    internal void AddGumbelNoise(Matrix x, ulong seed, Matrix result)
    {
        RequireSameShape(x, result);
        Run(x.Length, MapCost, new GumbelNoise(x.Data, seed, result.Data));
    }

    /// <summary><c>Σ x</c> over all elements, in a fixed order.</summary>
    public double Sum(Matrix x)
    {
        int blocks = ReservePartials(x);
        Run(blocks, Kernels.SumOfSquares.BlockLength, new Sums(x.Data, x.Length, _partials.Data));
        return SumPartials(blocks);
    }

    /// <summary><c>Σ x²</c> over all elements, in a fixed order.</summary>
    public double SumOfSquares(Matrix x)
    {
        int blocks = ReservePartials(x);
        Run(blocks, Kernels.SumOfSquares.BlockLength, new SumOfSquares(x.Data, x.Length, _partials.Data));
        return SumPartials(blocks);
    }

    /// <summary>
    /// <c>1/n Σ log(1 + e^-x)</c> over all elements in order, without overflow, and its derivatives <c>-σ(-x) / n</c>, shaped as x.
    /// </summary>
    internal static double MeanLogisticLoss(Matrix x, Matrix slopes)
    {
        RequireSameShape(x, slopes);
        int n = x.Length;
        float* from = x.Data, to = slopes.Data;
        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            double margin = from[i], tail = Math.Exp(-Math.Abs(margin));
            sum += Math.Max(0, -margin) + double.LogP1(tail);
            to[i] = (float)(-(margin > 0 ? tail : 1) / (1 + tail) / n);
        }

        return sum / n;
    }

    /// <summary>One Adam step, in place.</summary>
    internal void Adam(Matrix parameter, Matrix gradient, Matrix firstMoment, Matrix secondMoment, AdamConstants constants)
    {
        RequireSameShape(parameter, gradient);
        RequireSameShape(parameter, firstMoment);
        RequireSameShape(parameter, secondMoment);
        RunElements(parameter.Length, new AdamUpdate(parameter.Data, gradient.Data, firstMoment.Data, secondMoment.Data, constants));
    }

    /// <summary>Makes room for one partial sum a block; returns the number of blocks.</summary>
    private int ReservePartials(Matrix x)
    {
        int blocks = Parts(x.Length, Kernels.SumOfSquares.BlockLength);
        Reserve(ref _partials, 1, blocks);
        return blocks;
    }

    private double SumPartials(int blocks)
    {
        double sum = 0;
        foreach (float partial in _partials.Span[..blocks]) sum += partial;
        return sum;
    }
}
