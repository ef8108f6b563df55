using Tessera.Compute.Kernels;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class MapTests
{
    public static TheoryData<UnaryFunction> Functions => [.. Enum.GetValues<UnaryFunction>()];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Functions_of_elements_agree(UnaryFunction function)
    {
        Matrix x = Noise.Matrix(5, 7, 4);
        if (function is UnaryFunction.Log or UnaryFunction.InverseSqrt)
            foreach (ref float value in x.Span) value += 1.5f;
        GradientCheck.Run([x], (tape, inputs) => tape.Map(function, inputs[0]), inputs => Twin.Map(function, inputs[0]));
    }
}
