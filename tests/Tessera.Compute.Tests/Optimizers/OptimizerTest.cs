using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Optimizers;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Optimizers;

/// <summary>A parameter whose loss is the mean square of its distance from a target: the gradient is known exactly.</summary>
public abstract class OptimizerTest : IDisposable
{
    private protected OptimizerTest() => Tape = new Tape(Device);

    private protected Device Device { get; } = new(2);

    private protected Tape Tape { get; }

    private protected Matrix Target { get; } = Noise.Matrix(13, 7, 9);

    public void Dispose()
    {
        Tape.Dispose();
        Device.Dispose();
        Target.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static Parameter Start(string name = "p") => new(name, Noise.Matrix(13, 7, 5));

    private protected double[,] Gradient(double[,] parameter) =>
        parameter.Map((r, c) => 2.0 / parameter.Length * (parameter[r, c] - Target[r, c]));

    private protected void Step(Adam optimizer, params Parameter[] parameters)
    {
        foreach (Parameter parameter in parameters)
            Tape.Backward(Tape.MeanSquare(Tape.Combine(1f, Tape.Use(parameter), -1f, Tape.Constant(Target))));
        optimizer.Step();
        Tape.Reset();
    }
}
