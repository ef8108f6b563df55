using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Recommendation.Runs;

/// <summary>
/// A model for one user and two items, which nothing asks for: what of it has the shape that it has in a run belongs to no user and no item there, and
/// numbers of rows tell the rest apart.
/// </summary>
internal sealed class SmallModel : IDisposable
{
    /// <summary>Number of users, and of items.</summary>
    public const int Users = 1, Items = 2;

    private readonly Modality[] _modalities;

    /// <param name="widths">Names and dimensions of the modalities, as the model has them.</param>
    /// <exception cref="InvalidInputException">An option is out of its range, or the modalities do not fit the model.</exception>
    public SmallModel(ModelDescription model, object options, IEnumerable<(string Name, int Dimensions)> widths, Device device)
    {
        _modalities = [.. widths.Select(modality => new Modality(modality.Name, new Matrix(Items, modality.Dimensions)))];
        Model = model.Create(new RecommenderInputs(Interactions.FromPairs(Users, Items, [(0, 0)]), _modalities, new Rng(0), new NeighborGraphs(device)), options);
    }

    /// <summary>The model, untrained.</summary>
    public Recommender Model { get; }

    /// <summary>Its parameters and buffers.</summary>
    public IEnumerable<(string Name, Matrix Value)> Values => Model.Parameters.Select(parameter => (parameter.Name, parameter.Value)).Concat(Model.Buffers);

    /// <inheritdoc/>
    public void Dispose()
    {
        Model.Dispose();
        foreach (Modality modality in _modalities) modality.Features.Dispose();
    }
}
