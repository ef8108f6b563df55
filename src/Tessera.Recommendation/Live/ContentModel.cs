using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;

namespace Tessera.Recommendation.Live;

/// <summary>
/// A run's model for items that it was not trained with: it has one user and one item, which nothing asks for, and of the trained parameters those that
/// belong to neither.
/// </summary>
internal sealed class ContentModel : IDisposable
{
    private readonly Recommender _model;
    private readonly Tape _tape;
    private readonly List<Modality> _modalities;

    /// <summary>Makes the model and reads its parameters.</summary>
    /// <param name="dimensions">Dimensions of the run's modalities as the model has them, scaled.</param>
    /// <exception cref="InvalidInputException">There is no such model, or its parameters are damaged.</exception>
    public ContentModel(TrainedRun run, ModelCatalog models, IReadOnlyList<int> dimensions, Device device)
    {
        ModelDescription model = models.Find(run.Config.Model);
        object options = OptionsBinder.Bind(model.OptionsType, run.Config.ModelOptions);
        _modalities = [.. run.Config.Modalities.Zip(dimensions, (name, width) => new Modality(name, new Matrix(1, width)))];
        _model = model.Create(
            new RecommenderInputs(Interactions.FromPairs(1, 1, [(0, 0)]), _modalities, new Rng(0), new NeighborGraphs(device)), options);
        _tape = new Tape(device);
        string path = run.Directory.ModelFile;
        run.Directory.Verify(path);
        using SafetensorsReader file = SafetensorsReader.Open(path);
        run.Directory.RequireOwn(path, file.Metadata, run.ConfigHash);
        foreach (Parameter parameter in _model.Parameters)
        {
            using Matrix saved = file.ReadTensor(parameter.Name);
            if ((saved.Rows, saved.Columns) == (parameter.Value.Rows, parameter.Value.Columns)) parameter.Value.CopyFrom(saved);
        }
    }

    /// <summary>o of items, <c>[n x d]</c>.</summary>
    /// <param name="features">Their scaled features, by modality.</param>
    public Matrix Vectors(IReadOnlyList<Modality> features) => _model.ComputeContentVectors(_tape, [.. features.Select(modality => modality.Features)])
        ?? throw new InvalidInputException("The model no longer says what of an item's vector its features alone give; train the run again.");

    /// <inheritdoc/>
    public void Dispose()
    {
        _tape.Dispose();
        _model.Dispose();
        foreach (Modality modality in _modalities) modality.Features.Dispose();
    }
}
