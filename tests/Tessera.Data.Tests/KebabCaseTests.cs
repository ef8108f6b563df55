namespace Tessera.Data.Tests;

public sealed class KebabCaseTests
{
    [Theory]
    [InlineData("None", "none")]
    [InlineData("Item2D", "item-2d")]
    [InlineData("Item1D", "item-1d")]
    [InlineData("Matrix2D", "matrix-2d")]
    [InlineData("SampledSoftmax", "sampled-softmax")]
    [InlineData("BPR", "bpr")]
    [InlineData("UseBPRLoss", "use-bpr-loss")]
    [InlineData("L2Norm", "l2-norm")]
    public void Words_and_numbers_are_separated_by_hyphens(string name, string expected) => Assert.Equal(expected, KebabCase.Of(name));
}
