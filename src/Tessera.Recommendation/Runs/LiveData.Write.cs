using System.Globalization;
using System.Text.Json;
using Tessera.Compute.Autograd;
using Tessera.Compute.Decompositions;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Runs;

internal sealed partial class LiveData
{
    /// <summary>Most dimensions of a modality that are kept; of wider ones the leading directions.</summary>
    public const int MostDimensions = 256;

    /// <summary>Items that say which directions lead, spread evenly over all that have features.</summary>
    private const int MostFitted = 16_384;

    /// <summary>Turns of the decomposition: cosines need no more.</summary>
    private const int Iterations = 2;

    private const int BlockRows = 1024;
    private const int ContentRows = 16_384;

    /// <summary>Writes the file of a run.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="lengths"><see cref="Embeddings.Lengths"/>.</param>
    /// <param name="coldItemFactor">The factor on the vectors of items that nobody had.</param>
    /// <param name="original">The modalities as the data has them.</param>
    /// <param name="scaled">The same as the model has them.</param>
    /// <param name="rng">Root of the streams that the decompositions start from.</param>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static void Write(
        RunDirectory directory, RunConfig config, Recommender model, Matrix? lengths, float coldItemFactor, IReadOnlyList<Modality> original,
        IReadOnlyList<Modality> scaled, Device device, Rng rng, CancellationToken cancellationToken = default)
    {
        List<(string, Matrix)> tensors = [];
        var metadata = new Dictionary<string, string>(RunDirectory.Mark(directory.LiveFile, config));
        if (config.Training.ColdItems == ColdItemVectors.Neighbors) metadata[FactorKey] = coldItemFactor.ToString("R", CultureInfo.InvariantCulture);
        using var tape = new Tape(device);
        try
        {
            Add(GatheredName, model.ComputeGatheredItems(tape));
            Add(LengthsName, lengths?.Clone());
            if (ContentOf(model, scaled, tape, metadata, cancellationToken) is { } content) Add(ContentName, content);
            IReadOnlyDictionary<string, float> weights = scaled.Count == 0 ? new Dictionary<string, float>() : ItemGraph.Weights(scaled, model.ContentWeights);
            metadata[ModalitiesKey] = JsonSerializer.Serialize(original.Select(modality => new LiveModality(modality.Name, modality.Dimensions, weights[modality.Name])
            {
                Encoder = modality.Encoder,
                Version = modality.Version,
                Space = modality.Space,
                Fields = modality.Fields,
            }));
            foreach (Modality modality in scaled)
            {
                Matrix? reduction = ReductionOf(modality, device, rng.Stream($"live {modality.Name}"), cancellationToken);
                Add(ReductionOf(modality.Name), reduction);
                Add(FeaturesOf(modality.Name), Reduce(modality, reduction, device, cancellationToken));
                Add(RowLengthsOf(modality.Name), RowLengths(modality));
            }

            SafetensorsWriter.Write(directory.LiveFile, tensors, metadata);
        }
        finally
        {
            foreach ((_, Matrix value) in tensors) value.Dispose();
        }

        void Add(string name, Matrix? value)
        {
            if (value is not null) tensors.Add((name, value));
        }
    }

    /// <summary>Unit rows of a modality's features, reduced; zeros for items without features.</summary>
    public static Matrix Reduce(Modality modality, Matrix? reduction, Device device, CancellationToken cancellationToken = default)
    {
        int items = modality.Features.Rows;
        var reduced = new Matrix(items, reduction?.Columns ?? modality.Dimensions);
        using Matrix? block = reduction is null ? null : new Matrix(Math.Min(BlockRows, items), modality.Dimensions);
        for (int first = 0; first < items; first += BlockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(BlockRows, items - first);
            Matrix rows = reduced.RowRange(first, count), units = block?.RowRange(0, count) ?? rows;
            for (int row = 0; row < count; row++) Unit(modality, first + row, units.Row(row));
            if (reduction is not null) device.MatMul(units, false, reduction, false, rows);
        }

        return reduced;
    }

    private static Matrix? ContentOf(
        Recommender model, IReadOnlyList<Modality> modalities, Tape tape, Dictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        try
        {
            return modalities.Count == 0 ? null : ContentOf(model, [.. modalities.Select(modality => modality.Features)], tape, cancellationToken);
        }
        catch (InvalidInputException refusal)
        {
            metadata[RefusalKey] = refusal.Message;
            return null;
        }
    }

    /// <summary>In blocks of items, for what is in the making takes many times the memory of what comes of it.</summary>
    private static Matrix? ContentOf(Recommender model, Matrix[] features, Tape tape, CancellationToken cancellationToken)
    {
        Matrix? content = null;
        for (int first = 0; first < features[0].Rows; first += ContentRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(ContentRows, features[0].Rows - first);
            if (model.ComputeContentVectors(tape, [.. features.Select(of => of.RowRange(first, count))]) is not { } block) return null;
            using (block)
            {
                content ??= new Matrix(features[0].Rows, block.Columns);
                content.RowRange(first, count).CopyFrom(block);
            }
        }

        return content;
    }

    private static Matrix? ReductionOf(Modality modality, Device device, Rng rng, CancellationToken cancellationToken)
    {
        if (modality.Dimensions <= MostDimensions) return null;
        int[] known = [.. Enumerable.Range(0, modality.Features.Rows).Where(item => !modality.Missing[item])];
        int count = Math.Min(known.Length, MostFitted);
        using var sample = new Matrix(count, modality.Dimensions);
        for (int row = 0; row < count; row++) Unit(modality, known[(int)((long)row * known.Length / count)], sample.Row(row));
        using TruncatedSvd svd = TruncatedSvd.Of(sample, MostDimensions, device, rng, Iterations, cancellationToken: cancellationToken);
        return svd.Right.Clone();
    }

    private static Matrix RowLengths(Modality modality)
    {
        var lengths = new Matrix(modality.Features.Rows, 1);
        for (int item = 0; item < lengths.Rows; item++) lengths[item, 0] = (float)Math.Min(float.MaxValue, LengthOf(modality, item));
        return lengths;
    }

    private static void Unit(Modality modality, int item, Span<float> result)
    {
        result.Clear();
        double length = LengthOf(modality, item);
        if (length == 0) return;
        ReadOnlySpan<float> features = modality.Features.Row(item);
        double scale = 1 / length;
        for (int d = 0; d < result.Length; d++) result[d] = (float)(features[d] * scale);
    }

    private static double LengthOf(Modality modality, int item)
    {
        if (modality.Missing[item]) return 0;
        double squares = 0; // exceeds float32 before the norm does
        foreach (float value in modality.Features.Row(item)) squares += (double)value * value;
        return Math.Sqrt(squares);
    }
}
