using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Tessera.Data;
using TextBatch = (int Text, int[] Tokens)[];

namespace Tessera.Encoders.Onnx;

/// <summary>Texts → vectors of an ONNX model in this process.</summary>
/// <remarks>
/// Texts are encoded in batches of about equal length, each on one thread. A text's vector depends on its batch by rounding alone (some 1e-6), and
/// not on the number of threads. May be called from several threads.
/// </remarks>
internal sealed class OnnxTextEncoder : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>
    /// Texts of a batch, and tokens of a batch, padding included: few, so that a batch's texts are about equally long and its matrices stay in a core's caches.
    /// </summary>
    private const int BatchTexts = 16, BatchTokens = 512;

    private const int MostFixedTokens = 1 << 24;

    private static readonly string[] VectorNames = ["sentence_embedding", "text_embeds", "sentence_embeddings"];
    private readonly OnnxModel _model;
    private readonly OnnxSettings _settings;
    private readonly TextTokenizer _tokenizer;
    private readonly string _output;
    private readonly bool _perToken;
    private readonly int _fixedTexts, _fixedTokens, _limit;

    private OnnxTextEncoder(OnnxModel model, OnnxSettings settings, TextTokenizer tokenizer)
    {
        (_model, _settings, _tokenizer) = (model, settings, tokenizer);
        NodeMetadata ids = model.Inputs["input_ids"];
        (_fixedTexts, _fixedTokens) = (Math.Max(ids.Dimensions[0], 0), Math.Max(ids.Dimensions[1], 0));
        if ((long)Math.Max(_fixedTexts, 1) * Math.Max(_fixedTokens, 1) > MostFixedTokens)
            throw new InvalidInputException($"Model '{model.Name}' takes {OnnxModel.Listed(model.Inputs)}; expected lengths that vary or {MostFixedTokens:N0} tokens a batch at most, so export it so.");
        _limit = _fixedTokens > 0 ? Math.Min(_fixedTokens, settings.MaxTokens) : settings.MaxTokens;
        if (_limit <= tokenizer.SpecialTokens)
            throw new InvalidInputException(
                $"Texts for model '{model.Name}' have {_limit} tokens at most, and its tokenizer adds {tokenizer.SpecialTokens}; "
                + $"expected room for a text, so {(_limit == _fixedTokens ? "choose a model of longer texts" : $"give --max-tokens {tokenizer.SpecialTokens + 1} or more")}.");
        (_output, _perToken) = ChooseOutput();
    }

    /// <summary>all-MiniLM-L6-v2, which comes with this package: 384 dimensions, English, of texts up to 256 tokens.</summary>
    /// <param name="threads">Batches at a time, each on a thread; 0 for one per core.</param>
    /// <exception cref="InvalidInputException">The file of weights is absent.</exception>
    public static OnnxTextEncoder MiniLm(int threads = 0)
    {
        using var vocabulary = new MemoryStream(PackagedWeights.ReadMiniLm("vocab.txt"));
        TextTokenizer tokenizer = TextTokenizer.OfVocabulary(vocabulary, lowercase: true);
        return OnnxModel.Open("all-MiniLM-L6-v2", PackagedWeights.ReadMiniLm("model.onnx"), threads)
            .Into(model => new OnnxTextEncoder(model, new OnnxSettings { Pooling = "mean", MaxTokens = 256 }, tokenizer));
    }

    /// <summary>Opens a model.</summary>
    /// <param name="path">The .onnx file; weights in files of their own lie beside it.</param>
    /// <param name="settings">How to use it; null: <see cref="OnnxSettings.Beside"/>.</param>
    /// <param name="threads">Batches at a time, each on a thread; 0 for one per core.</param>
    /// <exception cref="InvalidInputException">Model, tokenizer or settings cannot be used, or do not go together.</exception>
    public static OnnxTextEncoder Open(string path, OnnxSettings? settings = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(path);
        settings ??= OnnxSettings.Beside(path);
        settings.Check();
        return OnnxModel.Open(path, threads).Into(model =>
        {
            RequireTexts(model);
            return new OnnxTextEncoder(model, settings, TextTokenizer.Open(settings.Tokenizer, Path.GetDirectoryName(Path.GetFullPath(path))!, settings.Lowercase));
        });
    }

    /// <summary>Encodes texts.</summary>
    /// <param name="values">The texts; an empty one has the vector of the prefix alone.</param>
    /// <param name="options">Unused.</param>
    /// <param name="cancellationToken">Stops within a batch.</param>
    /// <returns>A vector for each text, in their order.</returns>
    /// <exception cref="InvalidInputException">The model refuses the texts, or gives numbers that are not finite.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] texts = [.. values];
        var vectors = new Embedding<float>[texts.Length];
        await _model.ForEachAsync(Batches(texts), (batch, token) => Encode(batch, vectors, token), cancellationToken).ConfigureAwait(false);
        return [.. vectors];
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType?.IsInstanceOfType(this) == true ? this : null;

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private static void RequireTexts(OnnxModel model)
    {
        if (!model.Inputs.TryGetValue("input_ids", out NodeMetadata? ids) || ids.Dimensions.Length != 2)
            throw new InvalidInputException(
                $"Model '{model.Name}' takes {OnnxModel.Listed(model.Inputs)}; "
                + "expected a text model with the input input_ids, so choose one, or encode images with it.");
        if (model.Inputs.Keys.FirstOrDefault(name => name is not ("input_ids" or "attention_mask" or "token_type_ids" or "position_ids")) is { } unknown)
            throw new InvalidInputException(
                $"Model '{model.Name}' wants the input '{unknown}'; "
                + "expected input_ids, attention_mask, token_type_ids and position_ids only, so export it without.");
        if (model.Inputs.Values.Any(input => input.ElementDataType is not (TensorElementType.Int64 or TensorElementType.Int32)))
            throw new InvalidInputException($"Model '{model.Name}' takes {OnnxModel.Listed(model.Inputs)}; expected inputs in int64 or int32, so export it so.");
    }

    /// <summary>The texts' tokens in batches, the longest first.</summary>
    internal IEnumerable<TextBatch> Batches(string[] texts)
    {
        TextBatch byLength = [.. texts.Index().Select(text => (text.Index, Tokens: Tokens(text.Item))).OrderByDescending(text => text.Tokens.Length)];
        for (int at = 0; at < byLength.Length;)
        {
            int most = _fixedTexts > 0 ? _fixedTexts : Math.Clamp(BatchTokens / Math.Max(_fixedTokens, byLength[at].Tokens.Length), 1, BatchTexts);
            TextBatch batch = byLength[at..Math.Min(at + most, byLength.Length)];
            at += batch.Length;
            yield return batch;
        }
    }

    private int[] Tokens(string text) => _tokenizer.Encode(_settings.Prefix + text, _limit) is { Length: > 0 } tokens ? tokens
        : throw new InvalidInputException("The tokenizer finds no token in the text; expected words that it knows.");

    private void Encode(TextBatch batch, Embedding<float>[] vectors, CancellationToken cancellationToken)
    {
        int rows = Math.Max(_fixedTexts, batch.Length), width = _fixedTokens > 0 ? _fixedTokens : batch[0].Tokens.Length;
        Dictionary<string, OrtValue> inputs = _model.Inputs.ToDictionary(input => input.Key, input => Input(input.Key, input.Value, batch, rows, width));
        try
        {
            _model.Run(inputs, $"texts of {width} tokens", _output, (numbers, shape) => Pool(numbers, shape, batch, rows, width, vectors), cancellationToken);
        }
        finally
        {
            foreach (OrtValue input in inputs.Values) input.Dispose();
        }
    }

    /// <summary>An input <c>[rows × width]</c>; rows without a text are padding.</summary>
    private OrtValue Input(string name, NodeMetadata input, TextBatch batch, int rows, int width)
    {
        var numbers = new long[rows * width];
        for (int row = 0; row < rows; row++)
        {
            int[] ids = row < batch.Length ? batch[row].Tokens : [_tokenizer.Padding];
            for (int at = 0; at < width; at++)
            {
                bool isToken = at < ids.Length;
                numbers[row * width + at] = name switch
                {
                    "input_ids" => isToken ? ids[at] : _tokenizer.Padding,
                    "attention_mask" => isToken ? 1 : 0,
                    "position_ids" => at,
                    _ => 0,
                };
            }
        }

        long[] shape = [rows, width];
        return input.ElementDataType == TensorElementType.Int32
            ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(numbers, number => (int)number), shape)
            : OrtValue.CreateTensorValueFromMemory(numbers, shape);
    }

    /// <summary>Takes the texts' vectors from an output <c>[rows × D]</c>, or <c>[rows × width × D]</c>.</summary>
    private void Pool(ReadOnlySpan<float> numbers, long[] shape, TextBatch batch, int rows, int width, Embedding<float>[] vectors)
    {
        if (shape is not { Length: 2 or 3 } || shape[0] != rows || shape.Length == 3 != _perToken || (_perToken && shape[1] != width) || numbers.IsEmpty)
            throw _model.Misshaped(_output, shape, _perToken ? $"[{rows} x {width} x D] for {rows} texts of {width} tokens" : $"[{rows} x D] for {rows} texts");
        int perRow = numbers.Length / rows;
        for (int row = 0; row < batch.Length; row++)
        {
            ReadOnlySpan<float> found = numbers.Slice(row * perRow, perRow);
            float[] vector = _perToken ? PoolTokens(found, Math.Min(batch[row].Tokens.Length, width), perRow / width) : found.ToArray();
            if (TensorPrimitives.Norm<float>(vector) is var norm && !float.IsFinite(norm))
                throw new InvalidInputException($"Model '{_model.Name}' gives a text numbers that are not finite; expected a model in float32 that works, so export it anew or choose another.");
            if (_settings.Normalize && norm > 0) TensorPrimitives.Divide(vector, norm, vector);
            vectors[batch[row].Text] = new Embedding<float>(vector);
        }
    }

    private float[] PoolTokens(ReadOnlySpan<float> tokens, int count, int dimensions)
    {
        if (_settings.Pooling == "cls") return tokens[..dimensions].ToArray();
        if (_settings.Pooling == "last") return tokens.Slice((count - 1) * dimensions, dimensions).ToArray();
        var sum = new float[dimensions];
        for (int token = 0; token < count; token++) TensorPrimitives.Add(sum, tokens.Slice(token * dimensions, dimensions), sum);
        TensorPrimitives.Divide(sum, count, sum);
        return sum;
    }

    /// <summary>The output to take, and whether it has a vector for each token.</summary>
    private (string Name, bool PerToken) ChooseOutput()
    {
        IReadOnlyDictionary<string, NodeMetadata> outputs = _model.Outputs;
        if (_settings.Pooling is null && VectorNames.FirstOrDefault(name => outputs.TryGetValue(name, out NodeMetadata? output)
            && output is { Dimensions.Length: 2, ElementDataType: TensorElementType.Float }) is { } named) return (named, false);
        string? perToken = outputs.FirstOrDefault(output => output.Value is { Dimensions.Length: 3, ElementDataType: TensorElementType.Float }).Key;
        if (perToken is not null) return (perToken, true);
        string? perText = outputs.FirstOrDefault(output => output.Value is { Dimensions.Length: 2, ElementDataType: TensorElementType.Float }).Key;
        if (perText is not null && _settings.Pooling is null) return (perText, false);
        throw new InvalidInputException(
            $"Model '{_model.Name}' gives {OnnxModel.Listed(outputs)}; expected {(_settings.Pooling is null ? "vectors" : $"a vector for each token to pool ({_settings.Pooling})")} "
            + "in float32, so export it so, or choose another.");
    }
}
