using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using OpenAI.Embeddings;
using Tessera.Data.Storage;
using EmbeddingGenerationOptions = OpenAI.Embeddings.EmbeddingGenerationOptions;

namespace Tessera.Encoders.Endpoints;

/// <summary>Embeddings of an OpenAI-compatible server (<c>POST …/embeddings</c>): of texts, or of images as data URIs (<c>data:image/png;base64,…</c>).</summary>
/// <remarks>
/// Every answer is checked: one vector for each input, in their order, of one length, all numbers finite. Data URIs are the custom of several servers of
/// multimodal models and no part of the OpenAI interface: a model for texts alone would take the URI for a text and give vectors that mean nothing.
/// <see cref="RequireSightAsync"/> finds that out.
/// </remarks>
/// <param name="options">Server and model.</param>
/// <param name="dimensions">Length to ask the server for, or null for the model's own; not every server and model can shorten.</param>
internal sealed class EndpointEncoder(EndpointOptions options, int? dimensions = null) : IDisposable
{
    /// <summary>How much closer two files of one picture must come out than two pictures.</summary>
    private const float Ratio = 4;

    private const int CommentLength = 1000;
    private readonly EndpointCaller _caller = new(options);

    /// <summary>What the server was asked so far, but for its sight.</summary>
    public EndpointCost Cost { get; } = new(options.Clock);

    /// <summary>Encodes texts or data URIs in one request.</summary>
    /// <param name="inputs">At least one, none empty.</param>
    /// <param name="cancellationToken">Stops waiting and sending.</param>
    /// <exception cref="EndpointException">The request failed for good.</exception>
    public async Task<float[][]> EncodeAsync(IEnumerable<string> inputs, CancellationToken cancellationToken = default)
    {
        string[] sent = [.. inputs];
        (float[][] vectors, int tokens) = await Cost.TimeAsync(() => AskAsync(sent, cancellationToken)).ConfigureAwait(false);
        Cost.Add(sent.Length, tokens, completionTokens: 0);
        return vectors;
    }

    /// <summary>Tests whether the server looks at pictures: one picture in two different files must come out alike, two pictures in similar files unlike.</summary>
    /// <exception cref="EndpointException">It does not, or the request failed for good.</exception>
    public async Task RequireSightAsync(CancellationToken cancellationToken = default)
    {
        string one = new('a', CommentLength), other = string.Concat(Enumerable.Range(0, CommentLength / 4).Select(i => $"{7 * i % 26:00}q "))[..CommentLength];
        IEnumerable<byte[]> pictures = [SamplePng.Create(0, one), SamplePng.Create(0, other), SamplePng.Create(100, one)];
        (float[][] vectors, _) = await AskAsync([.. pictures.Select(png => new DataContent(png, SamplePng.MediaType).Uri)], cancellationToken).ConfigureAwait(false);
        float same = TensorPrimitives.Distance<float>(vectors[0], vectors[1]), different = TensorPrimitives.Distance<float>(vectors[0], vectors[2]);
        if (Ratio * same < different) return;
        throw new EndpointException(
            EndpointFault.Service,
            "The server encodes the characters of an image's file and not what it shows: one picture in two files came out further apart than two pictures; "
            + "choose a model that takes images as data URIs, or let a model describe the images and encode the descriptions");
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _caller.Dispose();

    /// <summary>The vectors, and how many tokens the server says it read; 0 where it does not.</summary>
    private Task<(float[][] Vectors, int Tokens)> AskAsync(string[] inputs, CancellationToken cancellationToken)
    {
        EmbeddingClient client = _caller.Client.GetEmbeddingClient(options.Model);
        var asked = new EmbeddingGenerationOptions { Dimensions = dimensions };
        return _caller.CallAsync(
            async token =>
            {
                OpenAIEmbeddingCollection answer = await client.GenerateEmbeddingsAsync(inputs, asked, token).ConfigureAwait(false);
                return (Check(answer, inputs.Length), answer.Usage?.InputTokenCount ?? 0);
            },
            cancellationToken);
    }

    private float[][] Check(OpenAIEmbeddingCollection answer, int inputs)
    {
        if (answer.Count != inputs) throw _caller.Failures.NotUnderstood($"{SourceText.Counted(answer.Count, "vector")} for {SourceText.Counted(inputs, "text")}");
        var vectors = new float[inputs][];
        foreach (OpenAIEmbedding embedding in answer)
        {
            if (embedding.Index < 0 || embedding.Index >= inputs || vectors[embedding.Index] is not null)
                throw _caller.Failures.NotUnderstood($"numbered wrongly (index {embedding.Index} of {SourceText.Counted(inputs, "text")})");
            float[] vector = vectors[embedding.Index] = embedding.ToFloats().ToArray();
            if (vector.Length == 0) throw _caller.Failures.NotUnderstood("an empty vector");
            if (!vector.All(float.IsFinite)) throw _caller.Failures.NotUnderstood("a vector with numbers that are not finite");
        }

        int length = dimensions ?? vectors[0].Length;
        return vectors.FirstOrDefault(vector => vector.Length != length) is { } odd ? throw _caller.Failures.WrongDimensions(odd.Length, length) : vectors;
    }
}
