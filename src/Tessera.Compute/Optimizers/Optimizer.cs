using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Optimizers;

/// <summary>Changes parameters by their gradients. A parameter without a gradient in a step stays as it is.</summary>
public abstract class Optimizer : IDisposable
{
    /// <summary>Takes note of the parameters.</summary>
    /// <param name="parameters">What to optimize; not disposed with the optimizer.</param>
    /// <param name="learningRate">Learning rate, 0 or more.</param>
    protected Optimizer(IReadOnlyList<Parameter> parameters, float learningRate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfNegative(learningRate);
        Parameters = parameters;
        LearningRate = learningRate;
    }

    /// <summary>What is optimized.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Learning rate of the next step.</summary>
    public float LearningRate { get; set; }

    /// <summary>The optimizer's memory by name, to be saved and, after loading into these very matrices, continued from.</summary>
    public abstract IReadOnlyList<(string Name, Matrix Value)> State { get; }

    /// <summary>One step by the gradients the tape has left on the parameters.</summary>
    public abstract void Step();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the optimizer's memory.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
