using System.Globalization;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Scoring;

namespace Tessera.Recommendation.Runs;

/// <summary>
/// The item-based part of a run's scores, from <c>behavior.safetensors</c>, read as it is asked for: all of the score of an item-based model, or what
/// corrects the scores of another. Other runs have no such file.
/// </summary>
internal sealed class RunBehavior : IDisposable
{
    private const string StartsName = "starts";
    private const string ItemsName = "items";
    private const string WeightsName = "weights";
    private const string BiasName = "bias";
    private const string WeightKey = "weight";
    private readonly SafetensorsMap _file;
    private readonly SafetensorsEntry _starts;
    private readonly SafetensorsEntry _others;
    private readonly SafetensorsEntry _weights;

    private RunBehavior(SafetensorsMap file, int items)
    {
        (_file, Items) = (file, items);
        (_starts, _others, _weights) = (file.Require(StartsName, "I32"), file.Require(ItemsName, "I32"), file.Require(WeightsName, "F32"));
        SafetensorsEntry? bias = file.Find(BiasName, "F32");
        if (_starts.Columns != items + 1 || _weights.Columns != _others.Columns || _weights.Rows != 1 || (bias is not null && bias.Columns != items)) throw Unfit();
        Weights = new ItemWeights(items, OthersOf, WeightsOf, bias is null ? null : Finite(file.Elements<float>(bias, 0, items)).ToArray());
        if (file.Metadata.GetValueOrDefault(WeightKey) is not { } text) return;
        Weight = float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float weight) && float.IsFinite(weight) && weight >= 0 ? weight : throw Unfit();
    }

    /// <summary>Number of items |I|.</summary>
    public int Items { get; }

    /// <summary>What each item adds to the scores of others.</summary>
    public ItemWeights Weights { get; }

    /// <summary>Whether no item adds anything to another's score.</summary>
    public bool IsEmpty => _others.Columns == 0;

    /// <summary>λ of the residual; 1 where these scores are all there is.</summary>
    public float Weight { get; } = 1;

    /// <summary>Opens the file of a run.</summary>
    /// <param name="config">SHA-256 of the run's configuration.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged or another run's.</exception>
    public static RunBehavior Open(RunDirectory directory, string config, int items)
    {
        var file = new SafetensorsMap(directory.BehaviorFile);
        try
        {
            directory.RequireOwn(directory.BehaviorFile, file.Metadata, config);
            return new RunBehavior(file, items);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes the file of a run.</summary>
    /// <param name="weight">λ of the residual; null for an item-based model.</param>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static void Write(RunDirectory directory, RunConfig config, CsrMatrix weights, IReadOnlyList<float>? bias, float? weight)
    {
        List<SafetensorsTensor> tensors =
        [
            SafetensorsTensor.Of(StartsName, weights.RowStarts.ToArray()), SafetensorsTensor.Of(ItemsName, weights.ColumnIndices.ToArray()),
            SafetensorsTensor.Of(WeightsName, weights.Values.ToArray()),
        ];
        if (bias is not null) tensors.Add(SafetensorsTensor.Of(BiasName, bias.ToArray()));
        Dictionary<string, string> metadata = RunDirectory.Mark(directory.BehaviorFile, config);
        if (weight is { } chosen) metadata[WeightKey] = chosen.ToString(CultureInfo.InvariantCulture);
        SafetensorsWriter.Write(directory.BehaviorFile, tensors, metadata);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private ReadOnlySpan<int> OthersOf(int item)
    {
        (int start, int count) = RowOf(item);
        ReadOnlySpan<int> others = _file.Elements<int>(_others, start, count);
        int last = -1;
        foreach (int other in others)
        {
            if (other <= last || other >= Items) throw Unfit();
            last = other;
        }

        return others;
    }

    private ReadOnlySpan<float> WeightsOf(int item)
    {
        (int start, int count) = RowOf(item);
        return Finite(_file.Elements<float>(_weights, start, count));
    }

    private (int Start, int Count) RowOf(int item)
    {
        ReadOnlySpan<int> bounds = _file.Elements<int>(_starts, item, 2);
        return bounds[0] >= 0 && bounds[1] >= bounds[0] && bounds[1] <= _others.Columns ? (bounds[0], bounds[1] - bounds[0]) : throw Unfit();
    }

    private ReadOnlySpan<float> Finite(ReadOnlySpan<float> values) =>
        values.ContainsAnyExceptInRange(float.MinValue, float.MaxValue) ? throw Unfit() : values;

    private InvalidInputException Unfit() => new($"'{_file.Path}' holds weights that do not fit {Items:N0} items; restore it or train again.");
}
