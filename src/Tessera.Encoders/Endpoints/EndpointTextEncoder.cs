using Microsoft.Extensions.AI;
using OpenAI.Embeddings;
using OpenAIOptions = OpenAI.Embeddings.EmbeddingGenerationOptions;
using Options = Microsoft.Extensions.AI.EmbeddingGenerationOptions;

namespace Tessera.Encoders.Endpoints;

/// <summary>Text embeddings of an OpenAI-compatible server (<c>POST …/embeddings</c>).</summary>
/// <remarks>Every answer is checked: one vector for each text, in their order, of one length, all numbers finite.</remarks>
internal sealed class EndpointTextEncoder : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EndpointCaller _caller;
    private readonly EmbeddingClient _client;
    private readonly int? _dimensions;

    /// <summary>Prepares requests; none is sent yet.</summary>
    /// <param name="options">Server and model.</param>
    /// <param name="dimensions">Length to ask the server for, or null for the model's own; not every server and model can shorten.</param>
    public EndpointTextEncoder(EndpointOptions options, int? dimensions = null)
    {
        _caller = new EndpointCaller(options);
        _client = new EmbeddingClient(options.Model, _caller.Credential, _caller.ClientOptions());
        _dimensions = dimensions;
    }

    /// <summary>Encodes texts in one request.</summary>
    /// <param name="values">At least one text, none empty.</param>
    /// <param name="options">Its <see cref="Options.Dimensions"/>, where set, wins over the constructor's; nothing else is used.</param>
    /// <param name="cancellationToken">Stops waiting and sending.</param>
    /// <exception cref="EndpointException">The request failed for good.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, Options? options = null, CancellationToken cancellationToken = default)
    {
        string[] texts = [.. values];
        var asked = new OpenAIOptions { Dimensions = options?.Dimensions ?? _dimensions };
        return _caller.CallAsync(
            async token => Check(await _client.GenerateEmbeddingsAsync(texts, asked, token).ConfigureAwait(false), texts.Length, asked.Dimensions),
            cancellationToken);
    }

    /// <summary>Gives this object.</summary>
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _caller.Dispose();

    private GeneratedEmbeddings<Embedding<float>> Check(OpenAIEmbeddingCollection answer, int texts, int? dimensions)
    {
        if (answer.Count != texts) throw _caller.Failures.NotUnderstood($"{answer.Count} vectors for {texts} texts");
        var vectors = new ReadOnlyMemory<float>[texts];
        foreach (OpenAIEmbedding embedding in answer)
        {
            if (embedding.Index < 0 || embedding.Index >= texts || !vectors[embedding.Index].IsEmpty)
                throw _caller.Failures.NotUnderstood($"numbered wrongly (index {embedding.Index} of {texts} texts)");
            ReadOnlyMemory<float> vector = embedding.ToFloats();
            if (vector.IsEmpty) throw _caller.Failures.NotUnderstood("an empty vector");
            foreach (float number in vector.Span)
                if (!float.IsFinite(number)) throw _caller.Failures.NotUnderstood("a vector with numbers that are not finite");
            vectors[embedding.Index] = vector;
        }

        int length = dimensions ?? vectors[0].Length;
        foreach (ReadOnlyMemory<float> vector in vectors)
            if (vector.Length != length) throw _caller.Failures.WrongDimensions(vector.Length, length);
        return new(vectors.Select(vector => new Embedding<float>(vector)));
    }
}
