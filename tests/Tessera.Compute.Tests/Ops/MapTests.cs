using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class MapTests
{
    public static TheoryData<string> Functions => [.. ElementFunction.All.Select(function => function.Name)];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Functions_of_elements_agree(string name)
    {
        ElementFunction function = ElementFunction.Find(name);
        GradientCheck.Run(
            [function.Inputs(5, 7, 4)], (tape, inputs) => function.Apply(tape, inputs[0]), inputs => function.Values(inputs[0]));
    }
}
