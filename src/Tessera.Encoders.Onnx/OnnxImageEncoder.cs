using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Tessera.Data;

namespace Tessera.Encoders.Onnx;

/// <summary>Pictures → vectors of an ONNX model in this process.</summary>
/// <remarks>
/// Each thread decodes a few pictures and executes the model on them, so that some decode while others encode. A picture's vector depends on its
/// batch by rounding alone, and not on the number of threads. May be called from several threads.
/// </remarks>
internal sealed class OnnxImageEncoder : IEmbeddingGenerator<DataContent, Embedding<float>>
{
    private const int BatchPictures = 4;

    /// <summary>Numbers of a batch, 1 GB.</summary>
    private const long MostNumbers = 1L << 28;

    private static readonly string[] VectorNames = ["image_embeds", "pooler_output", "image_features"];
    private readonly OnnxModel _model;
    private readonly OnnxModel? _preparation;
    private readonly OnnxSettings _settings;
    private readonly int _side, _fixedPictures;
    private readonly string _input, _output;

    private OnnxImageEncoder(OnnxModel model, OnnxModel? preparation, OnnxSettings settings)
    {
        (_model, _preparation, _settings) = (model, preparation, settings);
        (_input, NodeMetadata input) = model.Inputs.First();
        if (model.Inputs.Count > 1 || input is not { Dimensions: [_, 3 or < 0, _, _], ElementDataType: TensorElementType.Float })
            throw new InvalidInputException(
                $"Model '{model.Name}' takes {OnnxModel.Listed(model.Inputs)}; expected one input [pictures x 3 x height x width] in float32, so choose an image encoder, or encode texts with it.");
        int modelSide = Math.Max(input.Dimensions[2], input.Dimensions[3]);
        if (input.Dimensions[2] > 0 && input.Dimensions[3] > 0 && input.Dimensions[2] != input.Dimensions[3])
            throw new InvalidInputException($"Model '{model.Name}' takes {OnnxModel.Listed(model.Inputs)}; expected square pictures, so export it for those, or choose another.");
        if (modelSide > 0 && settings.Side is { } side && side != modelSide)
            throw new InvalidInputException($"Model '{model.Name}' takes pictures of {modelSide} pixels a side; expected a side of {modelSide}, not {side}, so leave it out.");
        _side = settings.Side ?? (modelSide > 0 ? modelSide : 224);
        _fixedPictures = Math.Max(input.Dimensions[0], 0);
        if (3L * _side * _side * Math.Max(_fixedPictures, BatchPictures) > MostNumbers)
            throw new InvalidInputException($"Model '{model.Name}' takes {OnnxModel.Listed(model.Inputs)}; expected batches of {MostNumbers:N0} numbers at most, so export it for smaller ones.");
        _output = ChooseOutput();
    }

    /// <summary>ResNet-18, trained on ImageNet, which comes with this package: 512 dimensions, pooled over the picture.</summary>
    /// <param name="threads">Batches at a time, each on a thread; 0 for one per core.</param>
    /// <exception cref="InvalidInputException">The file of weights is absent.</exception>
    /// <remarks>He et al., Deep Residual Learning for Image Recognition, CVPR 2016.</remarks>
    public static OnnxImageEncoder ResNet18(int threads = 0)
    {
        var settings = new OnnxSettings { Mean = [0, 0, 0], Deviation = [1 / 255f, 1 / 255f, 1 / 255f] };
        return OnnxModel.Open(PackagedWeights.PathOf("ResNet18.onnx"), threads).Into(model =>
            OnnxModel.Open(PackagedWeights.PathOf("ResNetPreprocess.onnx"), threads: 1) // subtracts the mean picture, of blue, green and red
                .Into(preparation => new OnnxImageEncoder(model, preparation, settings)));
    }

    /// <summary>Opens a model, such as the image half of CLIP or SigLIP, DINOv2 or a ResNet without its last layer.</summary>
    /// <param name="path">The .onnx file; weights in files of their own lie beside it.</param>
    /// <param name="settings">How to use it; null: <see cref="OnnxSettings.Beside"/>.</param>
    /// <param name="threads">Batches at a time, each on a thread; 0 for one per core.</param>
    /// <exception cref="InvalidInputException">Model or settings cannot be used, or do not go together.</exception>
    public static OnnxImageEncoder Open(string path, OnnxSettings? settings = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(path);
        settings ??= OnnxSettings.Beside(path);
        settings.Check();
        return OnnxModel.Open(path, threads).Into(model => new OnnxImageEncoder(model, preparation: null, settings));
    }

    /// <summary>Encodes pictures.</summary>
    /// <param name="values">Whole files: PNG, JPEG, WebP, GIF or BMP; their <see cref="DataContent.Name"/> is for messages.</param>
    /// <param name="options">Unused.</param>
    /// <param name="cancellationToken">Stops within a batch.</param>
    /// <returns>A vector for each picture, in their order.</returns>
    /// <exception cref="InvalidInputException">A picture is damaged, or the model gives numbers that are not finite.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<DataContent> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        DataContent[] pictures = [.. values];
        var vectors = new Embedding<float>[pictures.Length];
        IEnumerable<int[]> batches = Enumerable.Range(0, pictures.Length).Chunk(_fixedPictures > 0 ? _fixedPictures : BatchPictures);
        await _model.ForEachAsync(batches, (batch, token) => Encode(pictures, batch, vectors, token), cancellationToken).ConfigureAwait(false);
        return [.. vectors];
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType?.IsInstanceOfType(this) == true ? this : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        _preparation?.Dispose();
    }

    private void Encode(DataContent[] pictures, int[] batch, Embedding<float>[] vectors, CancellationToken cancellationToken)
    {
        int rows = Math.Max(_fixedPictures, batch.Length), size = 3 * _side * _side;
        var numbers = new float[rows * size];
        for (int row = 0; row < batch.Length; row++) Prepare(pictures[batch[row]], numbers.AsMemory(row * size, size), cancellationToken);
        Run(_model, _input, _output, numbers, rows, Take, cancellationToken);

        void Take(ReadOnlySpan<float> found, long[] shape)
        {
            if (shape is not ({ Length: 2 } or [_, _, 1, 1]) || shape[0] != rows || found.IsEmpty)
                throw _model.Misshaped(_output, shape, $"[{rows} x D] for {rows} pictures");
            int dimensions = found.Length / rows;
            for (int row = 0; row < batch.Length; row++)
                vectors[batch[row]] = new Embedding<float>(Finish(found.Slice(row * dimensions, dimensions).ToArray()));
        }
    }

    /// <summary>Fills the model's numbers of a picture: <c>[3 × side × side]</c>.</summary>
    private void Prepare(DataContent picture, Memory<float> numbers, CancellationToken cancellationToken)
    {
        PictureTensor.Fill(numbers.Span, picture.Data.Span, picture.Name ?? "picture", _side, _settings);
        if (_preparation is null) return;
        Run(_preparation, _preparation.Inputs.Keys.Single(), _preparation.Outputs.Keys.Single(), numbers, 1, (found, _) => found.CopyTo(numbers.Span), cancellationToken);
    }

    private void Run(
        OnnxModel model, string input, string output, Memory<float> numbers, int rows, Action<ReadOnlySpan<float>, long[]> read, CancellationToken cancellationToken)
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, numbers, [rows, 3, _side, _side]);
        model.Run(new Dictionary<string, OrtValue> { [input] = value }, $"{rows} pictures of {_side} pixels a side", output, read, cancellationToken);
    }

    private float[] Finish(float[] vector)
    {
        float norm = TensorPrimitives.Norm<float>(vector);
        if (!float.IsFinite(norm))
            throw new InvalidInputException($"Model '{_model.Name}' gives a picture numbers that are not finite; expected a model in float32 that works, so export it anew or choose another.");
        if (_settings.Normalize && norm > 0) TensorPrimitives.Divide(vector, norm, vector);
        return vector;
    }

    /// <summary>The output with one vector for each picture.</summary>
    private string ChooseOutput()
    {
        IReadOnlyDictionary<string, NodeMetadata> outputs = _model.Outputs;
        return VectorNames.FirstOrDefault(name => outputs.TryGetValue(name, out NodeMetadata? output) && output.ElementDataType == TensorElementType.Float)
            ?? outputs.FirstOrDefault(output => output.Value.ElementDataType == TensorElementType.Float && output.Value.Dimensions is [_, _] or [_, _, 1, 1]).Key
            ?? throw new InvalidInputException(
                $"Model '{_model.Name}' gives {OnnxModel.Listed(outputs)}; expected a vector for each picture in float32, so export it with its pooling, or choose another.");
    }
}
