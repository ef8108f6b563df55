using Tessera.Compute.Devices;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Baselines;

public sealed class SlmRecTests
{
    [Theory]
    [InlineData(true, 1, 0)]
    [InlineData(true, 2, 1)]
    [InlineData(false, 2, 0)]
    [InlineData(true, 3, 0)]
    public void The_spare_layer_stands_in_for_a_third_modality_between_two(bool option, int modalities, int layers)
    {
        using var device = new Device(1);
        RecommenderInputs inputs = ToyProblem.Inputs(device, [.. new[] { 8, 6, 7 }.Take(modalities)]);
        using var model = new SlmRec(inputs, new SlmRecOptions { SpareLayer = option });
        Assert.Equal(2 * layers, model.Parameters.Count(p => p.Name.StartsWith("chain.spare", StringComparison.Ordinal)));
    }
}
