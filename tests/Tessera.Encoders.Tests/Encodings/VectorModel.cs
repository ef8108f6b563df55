using Microsoft.Extensions.AI;
using Tessera.Encoders.Encodings;

namespace Tessera.Encoders.Tests.Encodings;

/// <summary>A model of texts in this process that gives what it is told to.</summary>
internal sealed class VectorModel(Func<string[], IEnumerable<float[]>> vectors) : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>How often it was opened and not closed.</summary>
    public int Open { get; private set; }

    public LocalModel ToLocalModel() => new("words", "1")
    {
        Texts = () =>
        {
            Open++;
            return this;
        },
    };

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(vectors([.. values]).Select(vector => new Embedding<float>(vector))));

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() => Open--;
}
