using System.Globalization;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Features;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Runs;

/// <summary>
/// The parameters of an earlier run to start from when users and items were added: rows that belong to users or items are joined by external id,
/// and those of new ones stay as the model initialized them.
/// </summary>
internal sealed class WarmStart
{
    private const int New = -1;
    private readonly RunDirectory _directory;
    private readonly TrainingOptions _training;

    private WarmStart(RunDirectory directory, TrainingOptions training) => (_directory, _training) = (directory, training);

    /// <summary>SHA-256 of the parameters.</summary>
    public string Checksum => Checksums.Of(_directory.ModelFile);

    /// <summary>Opens a finished run of the same model.</summary>
    /// <exception cref="InvalidInputException">The folder holds no such run, or it is damaged.</exception>
    public static WarmStart Open(string path, string model)
    {
        var directory = new RunDirectory(path);
        directory.OpenFinished();
        RunConfig config = directory.VerifyAll();
        return config.Model == model ? new WarmStart(directory, config.Training)
            : throw new InvalidInputException($"The run in '{path}' is of the model {config.Model}, and {model} cannot start from it; start from a run of {model}.");
    }

    /// <summary>The transforms of the run's modalities by name, for its parameters belong to features so transformed.</summary>
    /// <exception cref="InvalidInputException">Other ones are asked for.</exception>
    public IReadOnlyDictionary<string, FeatureTransform> Transforms(TrainingOptions training)
    {
        if ((training.FeatureScaling, training.FeatureDimensions) == (_training.FeatureScaling, _training.FeatureDimensions)) return RunFeatures.Read(_directory);
        throw new InvalidInputException(
            $"The run in '{_directory.Path}' was trained with {Shown(_training)}, and this one has {Shown(training)}: parameters go with the features they were "
            + "trained on, so set what the earlier run has.");

        static string Shown(TrainingOptions options) =>
            $"featureScaling={KebabCase.Of(options.FeatureScaling)} and featureDimensions={options.FeatureDimensions?.ToString(CultureInfo.InvariantCulture) ?? "null"}";
    }

    /// <summary>Replaces the model's parameters and buffers by those of the run, as far as their users and items are known there.</summary>
    /// <param name="small">The same model for few users and items.</param>
    /// <returns>The number of users and of items that are.</returns>
    /// <exception cref="InvalidInputException">One of the data sets has no external ids, or a parameter does not fit.</exception>
    public (int Users, int Items) Apply(Recommender model, SmallModel small, Dataset data)
    {
        Dictionary<string, Matrix> kinds = small.Values.ToDictionary(one => one.Name, one => one.Value);
        using KnownData known = KnownData.Open(_directory, _directory.OpenFinished());
        int[] users = Join("users", known.UserIds, data.UserIds), items = Join("items", known.ItemIds, data.ItemIds);
        using SafetensorsReader saved = SafetensorsReader.Open(_directory.ModelFile);
        foreach ((string name, Matrix value) in model.Parameters.Select(p => (p.Name, p.Value)).Concat(model.Buffers))
        {
            if (saved.Entries.All(entry => entry.Name != name))
                throw Unfit(name, "is not in it", "the model has other modalities or options now");
            using Matrix earlier = saved.ReadTensor(name);
            if (earlier.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) throw Unfit(name, "holds numbers that are not finite", "the file is damaged");
            int[] rows = RowsOf(name, kinds[name], earlier, value, known, users, items);
            for (int row = 0; row < rows.Length; row++)
                if (rows[row] != New) earlier.Row(rows[row]).CopyTo(value.Row(row));
        }

        return (users.Count(row => row != New), items.Count(row => row != New));
    }

    /// <summary>For each row of a parameter the row of the run it comes from: by what its rows are, users, items, both, or neither.</summary>
    private int[] RowsOf(string name, Matrix small, Matrix earlier, Matrix now, KnownData known, int[] users, int[] items)
    {
        (int before, int[] rows) = small.Rows == now.Rows ? (now.Rows, [.. Enumerable.Range(0, now.Rows)]) : small.Rows switch
        {
            SmallModel.Users => (known.Users, users),
            SmallModel.Items => (known.Items, items),
            _ => (known.Users + known.Items, [.. users, .. items.Select(row => row == New ? New : known.Users + row)]),
        };
        return (earlier.Rows, earlier.Columns, rows.Length) == (before, now.Columns, now.Rows) ? rows
            : throw Unfit(name, $"is {earlier.Rows} x {earlier.Columns} there and {now.Rows} x {now.Columns} now", "the model has other options or features of other dimensions now");
    }

    private static int[] Join(string kind, IdTable? earlier, IReadOnlyList<string>? now) => earlier is not null && now is not null
        ? [.. now.Select(id => earlier.Find(id) ?? New)]
        : throw new InvalidInputException(
            $"The {kind} of {(now is null ? "the data set" : "the earlier run")} have no external ids, by which a run starts from an earlier one; "
            + $"add u_id_mapping.csv and i_id_mapping.csv to {(now is null ? "the data set" : "its data set and train it again")}.");

    private InvalidInputException Unfit(string name, string finding, string reason) =>
        new($"'{_directory.ModelFile}' cannot be started from: '{name}' {finding} ({reason}); train from the start, without --from.");
}
