using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;

namespace Tessera.Recommendation.Live;

/// <summary>
/// A run's model for items that it was not trained with, which has of the trained parameters and buffers those that belong to no user and no item.
/// </summary>
internal sealed class ContentModel : IDisposable
{
    private readonly SmallModel _small;
    private readonly Tape _tape;

    /// <summary>Makes the model and reads its parameters.</summary>
    /// <param name="dimensions">Dimensions of the run's modalities as the model has them, scaled.</param>
    /// <exception cref="InvalidInputException">There is no such model, or its parameters are damaged.</exception>
    public ContentModel(TrainedRun run, ModelCatalog models, IReadOnlyList<int> dimensions, Device device)
    {
        ModelDescription model = models.Find(run.Config.Model);
        _small = new SmallModel(model, OptionsBinder.Bind(model.OptionsType, run.Config.ModelOptions), run.Config.Modalities.Zip(dimensions), device);
        _tape = new Tape(device);
        string path = run.Directory.ModelFile;
        run.Directory.Verify(path);
        using SafetensorsReader file = SafetensorsReader.Open(path);
        run.Directory.RequireOwn(path, file.Metadata, run.ConfigHash);
        foreach ((string name, Matrix value) in _small.Values)
        {
            using Matrix saved = file.ReadTensor(name);
            if ((saved.Rows, saved.Columns) == (value.Rows, value.Columns)) value.CopyFrom(saved);
        }
    }

    /// <summary>o of items, <c>[n x d]</c>.</summary>
    /// <param name="features">Their scaled features, by modality.</param>
    public Matrix Vectors(IReadOnlyList<Modality> features) => _small.Model.ComputeContentVectors(_tape, [.. features.Select(modality => modality.Features)])
        ?? throw new InvalidInputException("The model no longer says what of an item's vector its features alone give; train the run again.");

    /// <inheritdoc/>
    public void Dispose()
    {
        _tape.Dispose();
        _small.Dispose();
    }
}
