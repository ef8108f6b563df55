using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Features;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Tests.Training;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Tests.Runs;

public sealed class RunFeaturesTests : IDisposable
{
    private static readonly ModelDescription Model = ModelCatalog.Of(typeof(ContentModel).Assembly).Find("content");
    private readonly TemporaryDirectory _folder = new();
    private readonly Device _device = new(threads: 2);

    /// <summary>The named data set, whose first item has no text.</summary>
    private readonly Dataset _data;

    public RunFeaturesTests()
    {
        Matrix text = TinyRuns.Named.Modalities[1].Features.Clone();
        text.Row(0).Clear();
        _data = With([TinyRuns.Named.Modalities[0], new Modality("text", text)]);
    }

    public static TheoryData<FeatureScaling, int?> Settings { get; } = new()
    {
        { FeatureScaling.None, 3 }, { FeatureScaling.Standardize, null }, { FeatureScaling.Standardize, 3 }, { FeatureScaling.L2, null },
        { FeatureScaling.L2, 3 }, { FeatureScaling.Whiten, null }, { FeatureScaling.Whiten, 3 },
    };

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void What_is_read_back_transforms_the_same_features_and_a_new_items_to_the_same_bits(FeatureScaling scaling, int? dimensions)
    {
        Execute("run", Run(scaling, dimensions));

        IReadOnlyDictionary<string, FeatureTransform> transforms = RunFeatures.Read(new RunDirectory(_folder.In("run")));

        Assert.Equal(["image", "text"], transforms.Keys);
        foreach (Modality modality in _data.Modalities)
        {
            Modality seen = FeatureTransform.Fit(modality, _data.Train, scaling, dimensions, _device, new Rng(5).Stream($"features {modality.Name}"))!.Apply(modality, _device);
            Modality again = transforms[modality.Name].Apply(modality, _device);
            Assert.Equal(seen.Features.Span.ToArray(), again.Features.Span.ToArray());
            Assert.Equal(modality.Missing, again.Missing);
            for (int item = 0; item < _data.Items; item++)
            {
                Modality alone = transforms[modality.Name].Apply(new Modality(modality.Name, modality.Features.RowRange(item, 1).Clone()), _device);
                Assert.Equal(seen.Features.Row(item).ToArray(), alone.Features.Row(0).ToArray());
            }
        }
    }

    [Theory]
    [InlineData(FeatureScaling.Standardize, null)]
    [InlineData(FeatureScaling.Whiten, 3)]
    public void A_resumed_run_and_one_with_other_threads_write_the_same_bytes(FeatureScaling scaling, int? dimensions)
    {
        Execute("whole", Run(scaling, dimensions));
        Execute("threads", Run(scaling, dimensions), threads: 3);
        Assert.Throws<OperationCanceledException>(() => Execute("stopped", Run(scaling, dimensions), stopAfterEpoch: 2));
        Assert.True(File.Exists(_folder.In("stopped/features.safetensors")));
        File.WriteAllText(_folder.In("stopped/features.safetensors"), "damaged");
        Execute("stopped", Run(scaling, dimensions), resume: true);
        Execute("plain", Run(FeatureScaling.None, null));

        foreach (string file in new[] { "SHA256SUMS", "features.safetensors", "model.safetensors", "embeddings.safetensors", "metrics.json" })
        {
            foreach (string folder in new[] { "threads", "stopped" })
                Assert.True(File.ReadAllBytes(_folder.In($"whole/{file}")).AsSpan().SequenceEqual(File.ReadAllBytes(_folder.In($"{folder}/{file}"))), $"{folder}/{file}");
        }

        Assert.NotEqual(File.ReadAllBytes(_folder.In("whole/embeddings.safetensors")), File.ReadAllBytes(_folder.In("plain/embeddings.safetensors")));
        Assert.False(File.Exists(_folder.In("plain/features.safetensors")));
        Assert.Contains("  features.safetensors\n", File.ReadAllText(_folder.In("whole/SHA256SUMS")), StringComparison.Ordinal);
        Assert.DoesNotContain("features.safetensors", File.ReadAllText(_folder.In("plain/SHA256SUMS")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_sees_the_transformed_features()
    {
        Execute("scaled", Run(FeatureScaling.Standardize, null));
        Modality[] scaled =
            [.. _data.Modalities.Select(modality => FeatureTransform.Fit(modality, _data.Train, FeatureScaling.Standardize, null, _device, new Rng(1))!.Apply(modality, _device))];
        Execute("by hand", Run(FeatureScaling.None, null, With(scaled)));

        Assert.Equal(
            SafetensorsReader.Read(_folder.In("by hand/embeddings.safetensors")).Select(tensor => tensor.Value.Span.ToArray()),
            SafetensorsReader.Read(_folder.In("scaled/embeddings.safetensors")).Select(tensor => tensor.Value.Span.ToArray()));
    }

    [Fact]
    public void A_modality_of_few_dimensions_stays_as_it_is_beside_a_wide_one()
    {
        Execute("run", Run(FeatureScaling.None, 4)); // text has 4, image 6

        Assert.Equal(["image.rotation"], SafetensorsReader.Read(_folder.In("run/features.safetensors")).Select(tensor => tensor.Name));
        Assert.Equal(["image"], RunFeatures.Read(new RunDirectory(_folder.In("run"))).Keys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_damaged_or_missing_file_is_refused(bool missing)
    {
        Execute("run", Run(FeatureScaling.Whiten, 2));
        string file = _folder.In("run/features.safetensors");
        if (missing) File.Delete(file);
        else File.AppendAllText(file, " ");

        foreach (Action read in new Action[]
        {
            () => RunFeatures.Read(new RunDirectory(_folder.In("run"))), () => TrainedRun.Open(_folder.In("run"), verifyAll: true),
            () => Execute("run", Run(FeatureScaling.Whiten, 2), resume: true),
        })
            Assert.Contains("features.safetensors' is damaged", Assert.Throws<InvalidInputException>(read).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image.mean", 1, 5, 0f)]
    [InlineData("image.rotation", 6, 2, float.NaN)]
    [InlineData("image.rotation", 5, 2, 1f)]
    [InlineData("image.rotation", 6, 0, 1f)]
    [InlineData("other", 1, 1, 1f)]
    public void Statistics_that_do_not_fit_are_refused(string name, int rows, int columns, float value)
    {
        Execute("run", Run(FeatureScaling.Whiten, 2));
        var directory = new RunDirectory(_folder.In("run"));
        var doctored = new Matrix(rows, columns);
        doctored.Span.Fill(value);
        List<(string, Matrix)> tensors = [.. SafetensorsReader.Read(directory.FeaturesFile).Where(tensor => tensor.Name != name && name != "other"), (name, doctored)];
        SafetensorsWriter.Write(directory.FeaturesFile, tensors, RunDirectory.Mark(directory.FeaturesFile, RunConfig.Read(directory.ConfigFile)));
        directory.WriteChecksums(File.ReadAllText(directory.MetricsFile));

        Assert.Contains("features.safetensors", Assert.Throws<InvalidInputException>(() => RunFeatures.Read(directory)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_started_from_another_transforms_features_as_that_did()
    {
        Execute("earlier", Run(FeatureScaling.Standardize, 3));
        Matrix moved = _data.Modalities[0].Features.Clone();
        foreach (ref float value in moved.Span) value += 1;

        Execute("later", Run(FeatureScaling.Standardize, 3, With([new Modality("image", moved), _data.Modalities[1]]), from: "earlier"));

        foreach ((string name, Matrix value) in SafetensorsReader.Read(_folder.In("earlier/features.safetensors")))
            Assert.Equal(value.Span.ToArray(), SafetensorsReader.Read(_folder.In("later/features.safetensors")).Single(tensor => tensor.Name == name).Value.Span.ToArray());
    }

    [Fact]
    public void A_modality_that_the_run_started_from_lacks_is_transformed_by_the_training_items()
    {
        Execute("earlier", Plain(With([_data.Modalities[0]]), from: null));
        Execute("later", Plain(_data, from: _folder.In("earlier")));

        Modality text = _data.Modalities[1];
        Matrix fitted = FeatureTransform.Fit(text, _data.Train, FeatureScaling.Standardize, null, _device, new Rng(1))!.Apply(text, _device).Features;
        IReadOnlyDictionary<string, FeatureTransform> transforms = RunFeatures.Read(new RunDirectory(_folder.In("later")));
        Assert.Equal(["image", "text"], transforms.Keys);
        Assert.Equal(fitted.Span, transforms["text"].Apply(text, _device).Features.Span);

        TrainingRun Plain(Dataset data, string? from) => new(
            data, TinyRuns.Model, new Tessera.OwnModel.TinyOptions { EmbeddingSize = 4 },
            new TrainingOptions { Epochs = 1, BatchSize = 100, FeatureScaling = FeatureScaling.Standardize, ColdItems = ColdItemVectors.Neighbors }, 5, Protocol.Strict, from: from);
    }

    [Theory]
    [InlineData(FeatureScaling.None, null)]
    [InlineData(FeatureScaling.L2, 3)]
    [InlineData(FeatureScaling.Standardize, 4)]
    public void A_run_with_other_scaling_does_not_start_from_another(FeatureScaling scaling, int? dimensions)
    {
        Execute("earlier", Run(FeatureScaling.Standardize, 3));

        string message = Assert.Throws<InvalidInputException>(() => Run(scaling, dimensions, from: "earlier")).Message;

        Assert.Contains("was trained with featureScaling=standardize and featureDimensions=3, and this one has featureScaling=", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_reads_no_features_refuses_to_scale_them()
    {
        foreach (TrainingOptions training in new[] { new TrainingOptions { FeatureScaling = FeatureScaling.L2 }, new TrainingOptions { FeatureDimensions = 4 } })
        {
            string message = Assert.Throws<InvalidInputException>(
                () => new TrainingRun(TinyRun.Data, TinyRuns.Model, new TinyOptions(), training, 1, Protocol.Strict)).Message;
            Assert.Equal("Tiny does not learn from item features, so featureScaling and featureDimensions would do nothing; leave them out.", message);
        }
    }

    private static Dataset With(IReadOnlyList<Modality> modalities) => new("named", TinyRuns.Named.Train, TinyRuns.Named.Validation, TinyRuns.Named.Test, modalities)
    {
        UserIds = TinyRuns.Named.UserIds,
        ItemIds = TinyRuns.Named.ItemIds,
    };

    private TrainingRun Run(FeatureScaling scaling, int? dimensions, Dataset? data = null, string? from = null) => new(
        data ?? _data, Model, new ContentOptions(),
        new TrainingOptions { Epochs = 3, BatchSize = 100, LearningRate = 0.02f, Monitor = "Recall@5", FeatureScaling = scaling, FeatureDimensions = dimensions },
        seed: 5, Protocol.Strict, from: from is null ? null : _folder.In(from));

    private void Execute(string folder, TrainingRun run, bool resume = false, int threads = 1, int stopAfterEpoch = 0) =>
        TinyRuns.Execute(_folder.In(folder), run, resume, threads, stopAfterEpoch);
}
