using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Features;

namespace Tessera.Recommendation.Runs;

/// <summary>
/// How a run transformed the features of its modalities, from <c>features.safetensors</c>: what new items are transformed by. A run that
/// left features as they are has no such file.
/// </summary>
internal static class RunFeatures
{
    /// <summary>Writes the file of a run, where its settings ask for one.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static void Write(RunDirectory directory, RunConfig config, IEnumerable<(string Modality, FeatureTransform? Transform)> transforms)
    {
        if (!config.Training.TransformsFeatures) return;
        List<(string, Matrix)> tensors = [];
        foreach ((string modality, FeatureTransform? transform) in transforms)
        {
            Add(MeanOf(modality), transform?.Mean);
            Add(DeviationOf(modality), transform?.Deviation);
            Add(RotationOf(modality), transform?.Rotation);
        }

        SafetensorsWriter.Write(directory.FeaturesFile, tensors, RunDirectory.Mark(directory.FeaturesFile, config));

        void Add(string name, Matrix? value)
        {
            if (value is not null) tensors.Add((name, value));
        }
    }

    /// <summary>Reads the transforms of a finished run, by modality; one that was left as it is has none.</summary>
    /// <exception cref="InvalidInputException">The folder holds no finished run, or the file is missing, damaged or another run's.</exception>
    public static IReadOnlyDictionary<string, FeatureTransform> Read(RunDirectory directory)
    {
        string hash = directory.OpenFinished(), path = directory.FeaturesFile;
        RunConfig config = RunConfig.Read(directory.ConfigFile);
        var transforms = new Dictionary<string, FeatureTransform>();
        if (!config.Training.TransformsFeatures) return transforms;
        directory.Verify(path);
        using SafetensorsReader file = SafetensorsReader.Open(path);
        directory.RequireOwn(path, file.Metadata, hash);
        FeatureScaling scaling = config.Training.FeatureScaling;
        foreach (string modality in config.Modalities)
        {
            Matrix? mean = scaling is FeatureScaling.Standardize or FeatureScaling.Whiten ? file.ReadTensor(MeanOf(modality)) : null;
            Matrix? deviation = scaling == FeatureScaling.Standardize ? file.ReadTensor(DeviationOf(modality)) : null;
            bool rotates = scaling == FeatureScaling.Whiten || file.Entries.Any(entry => entry.Name == RotationOf(modality));
            Matrix? rotation = rotates ? file.ReadTensor(RotationOf(modality)) : null;
            int? dimensions = mean?.Columns ?? rotation?.Rows;
            if (mean?.Rows is not (null or 1) || deviation?.Rows is not (null or 1) || (deviation ?? mean)?.Columns != mean?.Columns
                || (rotation is not null && (rotation.Rows != dimensions || rotation.Columns == 0)))
                throw Unfit($"tensors of '{modality}' that do not go together");
            if (HoldsAnyBut(mean, float.MinValue, float.MaxValue) || HoldsAnyBut(rotation, float.MinValue, float.MaxValue)
                || HoldsAnyBut(deviation, float.Epsilon, float.PositiveInfinity))
                throw Unfit($"numbers for '{modality}' that are out of range");
            if (scaling != FeatureScaling.None || rotates)
                transforms[modality] = new FeatureTransform(mean, deviation, scaling == FeatureScaling.L2, rotation);
        }

        return transforms;

        InvalidInputException Unfit(string found) => new($"'{path}' holds {found}; restore it or train again.");
    }

    private static bool HoldsAnyBut(Matrix? values, float least, float most) => values is not null && values.Span.ContainsAnyExceptInRange(least, most);

    private static string MeanOf(string modality) => $"{modality}.mean";

    private static string DeviationOf(string modality) => $"{modality}.deviation";

    private static string RotationOf(string modality) => $"{modality}.rotation";
}
