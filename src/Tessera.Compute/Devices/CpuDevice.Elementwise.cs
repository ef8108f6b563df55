using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

public sealed unsafe partial class CpuDevice
{
    /// <inheritdoc/>
    public override void Fill(Matrix result, float value, bool accumulate = false) =>
        Run(result.Length, 1, new Filling(value, result.Data, accumulate));

    /// <inheritdoc/>
    public override void Scale(float alpha, Matrix x, Matrix result, bool accumulate = false)
    {
        RequireSameShape(x, result);
        Run(x.Length, 1, new Scaling(alpha, x.Data, result.Data, accumulate));
    }

    /// <inheritdoc/>
    public override void Combine(float alpha, Matrix a, float beta, Matrix b, Matrix result, bool accumulate = false)
    {
        RequireSameShape(a, b);
        RequireSameShape(a, result);
        Run(a.Length, 1, new LinearCombination(alpha, a.Data, beta, b.Data, result.Data, accumulate));
    }

    /// <inheritdoc/>
    public override void Multiply(Matrix a, Matrix b, Matrix result, bool accumulate = false)
    {
        RequireSameShape(a, b);
        RequireSameShape(a, result);
        Run(a.Length, 1, new Multiplication(a.Data, b.Data, result.Data, accumulate));
    }

    /// <inheritdoc/>
    public override void Dropout(Matrix x, float probability, ulong seed, Matrix result, bool accumulate = false)
    {
        RequireSameShape(x, result);
        Run(x.Length, 1, new Dropout(x.Data, probability, seed, result.Data, accumulate));
    }

    /// <inheritdoc/>
    public override void BiasActivation(Matrix x, Matrix? bias, float leakySlope, Matrix result)
    {
        RequireSameShape(x, result);
        Require(bias is null || bias.Length == x.Columns, $"a bias of {x.Columns}");
        Run(x.Rows, x.Columns, new BiasActivation(x.Data, x.Columns, x.Columns, bias is null ? null : bias.Data, leakySlope, result.Data));
    }

    /// <inheritdoc/>
    public override void LeakyReluGradient(float slope, Matrix output, Matrix outputGradient, Matrix result)
    {
        RequireSameShape(output, outputGradient);
        RequireSameShape(output, result);
        Run(output.Length, 1, new LeakyReluGradient(slope, output.Data, outputGradient.Data, result.Data));
    }

    /// <inheritdoc/>
    public override void ColumnSums(Matrix x, Matrix result, bool accumulate = false)
    {
        Require(result.Length == x.Columns, $"a row of {x.Columns}");
        int blocks = Parts(x.Columns, Kernels.ColumnSums.BlockColumns);
        Run(blocks, ElementsPerPart, new ColumnSums(x.Data, x.Rows, x.Columns, result.Data, accumulate));
    }

    /// <inheritdoc/>
    public override void AddGumbelNoise(Matrix x, ulong seed, Matrix result)
    {
        RequireSameShape(x, result);
        Run(x.Length, MapCost, new GumbelNoise(x.Data, seed, result.Data));
    }

    /// <inheritdoc/>
    public override double Sum(Matrix x)
    {
        int blocks = ReservePartials(x);
        Run(blocks, Kernels.SumOfSquares.BlockLength, new Sums(x.Data, x.Length, _partials.Data));
        return SumPartials(blocks);
    }

    /// <inheritdoc/>
    public override double SumOfSquares(Matrix x)
    {
        int blocks = ReservePartials(x);
        Run(blocks, Kernels.SumOfSquares.BlockLength, new SumOfSquares(x.Data, x.Length, _partials.Data));
        return SumPartials(blocks);
    }

    /// <inheritdoc/>
    public override void Adam(Matrix parameter, Matrix gradient, Matrix firstMoment, Matrix secondMoment, AdamConstants constants)
    {
        RequireSameShape(parameter, gradient);
        RequireSameShape(parameter, firstMoment);
        RequireSameShape(parameter, secondMoment);
        Run(parameter.Length, 1, new AdamUpdate(parameter.Data, gradient.Data, firstMoment.Data, secondMoment.Data, constants));
    }

    /// <summary>Makes room for one partial sum a block; returns the number of blocks.</summary>
    private int ReservePartials(Matrix x)
    {
        int blocks = Parts(x.Length, Kernels.SumOfSquares.BlockLength);
        if (_partials.Length < blocks)
        {
            _partials.Dispose();
            _partials = new Matrix(1, blocks);
        }

        return blocks;
    }

    private double SumPartials(int blocks)
    {
        double sum = 0;
        foreach (float partial in _partials.Span[..blocks]) sum += partial;
        return sum;
    }
}
