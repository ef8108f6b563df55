using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Tests.Encodings;

/// <summary>What a host's model does wrong.</summary>
public sealed class LocalModelFaultTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Other_numbers_of_vectors_than_of_contents_are_refused()
    {
        ItemTable table = _folder.Texts(5);
        Assert.Equal(
            "Model 'words' gave 4 vectors for 5 contents; expected one for each, in their order, so mend the model.",
            (await Assert.ThrowsAsync<InvalidInputException>(() => EncodeAsync(table, texts => Ones(Math.Max(1, texts.Length - 1))))).Message);
        Assert.Equal(
            "Model 'words' gave 2 vectors for 1 content; expected one for each, in their order, so mend the model.",
            (await Assert.ThrowsAsync<InvalidInputException>(() => EncodeAsync(table, _ => Ones(2)))).Message);
        Assert.False(File.Exists(FeatureFolder.PathOf(_folder.Path, "text")));
    }

    [Fact]
    public async Task Vectors_of_two_lengths_are_refused_in_one_run_and_in_two()
    {
        ItemTable table = _folder.Texts(5);
        var mixed = await Assert.ThrowsAsync<InvalidInputException>(() => EncodeAsync(table, texts => texts.Select((_, n) => new float[n == 3 ? 1 : 2].Select(_ => 1f).ToArray())));
        Assert.Equal(
            "Model 'words' gave vectors of 1 and of 2 dimensions, now or in an earlier run; expected one length, so mend the model, or give it another version if it was replaced.",
            mixed.Message);
        await EncodeAsync(table, texts => Ones(texts.Length));
        table = _folder.Items([.. Enumerable.Range(0, 5).Select(i => ($"a{i}", (string?)(i == 4 ? "another" : $"text {i}"), (string?)null))]);
        var changed = await Assert.ThrowsAsync<InvalidInputException>(() => EncodeAsync(table, texts => texts.Select(_ => new[] { 1f, 2f, 3f })));
        Assert.StartsWith("Model 'words' gave vectors of 3 and of 2 dimensions, now or in an earlier run;", changed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_content_whose_vector_is_not_finite_is_listed()
    {
        ItemTable table = _folder.Texts(5);
        EncodedModality made = await EncodeAsync(table, texts => texts.Select(text => text switch
        {
            "title: text 1" => [1f, float.NaN],
            "title: text 2" => [],
            _ => new[] { 1f, 2f },
        }));
        Assert.Equal([1, 2], made.Entry.Missing);
        Assert.Equal(
            [("a1", "the encoder gives it a vector with numbers that are not finite"), ("a2", "the encoder gives it a vector without numbers")],
            _folder.Failures("text"));
        Assert.Equal([[1, 2], [0, 0], [0, 0], [1, 2], [1, 2]], _folder.Rows("text", table));
    }

    [Fact]
    public async Task A_model_that_gives_nothing_finite_ends_the_run()
    {
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(
            () => EncodeAsync(_folder.Texts(9), texts => texts.Select(_ => new[] { 1f, float.PositiveInfinity })));
        Assert.Contains("(the encoder gives it a vector with numbers that are not finite)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_texts_cannot_be_read_no_model_stays_open()
    {
        ItemTable table = _folder.Texts(3);
        var model = new VectorModel(texts => Ones(texts.Length));
        foreach (EncodingOptions wrong in (EncodingOptions[])[new() { Fields = ["color"] }, new() { Texts = "none" }])
        {
            EncodingOptions options = wrong with { Models = [model.ToLocalModel()], CacheFile = _folder.CachePath };
            var encoding = new FeatureEncoding(table, EncoderChoice.Of(table, options)[0], options);
            await Assert.ThrowsAsync<InvalidInputException>(() => encoding.EncodeAsync(cancellationToken: TestContext.Current.CancellationToken));
            Assert.Equal(0, model.Open);
        }
    }

    [Fact]
    public async Task A_later_item_whose_vector_is_of_no_use_is_told_why()
    {
        Assert.Equal("the encoder gives it a vector with numbers that are not finite", await ProblemAsync([[1, float.NaN]]));
        Assert.Equal("the encoder gives it a vector without numbers", await ProblemAsync([[]]));
        Assert.Equal("the model does not give one vector for one content", await ProblemAsync([]));
        Assert.Equal("the model does not give one vector for one content", await ProblemAsync([[1], [2]]));
        Assert.Equal(EncodedContent.AllZeros, await ProblemAsync([[0, 0]]));
        Assert.Null(await ProblemAsync([[0, 1]]));

        static async Task<string?> ProblemAsync(float[][] vectors)
        {
            var origin = new ModalityOrigin("text", "words", "1", ["title"]);
            using ItemEncoder encoder = ItemEncoder.Open(origin, [new VectorModel(_ => vectors).ToLocalModel()], _ => null)!;
            (float[]? features, string? problem) = await encoder.EncodeAsync("title: red", CancellationToken.None);
            Assert.Equal(problem is null, features is not null);
            return problem;
        }
    }

    private static IEnumerable<float[]> Ones(int count) => Enumerable.Repeat(new[] { 1f, 1f }, count);

    private Task<EncodedModality> EncodeAsync(ItemTable table, Func<string[], IEnumerable<float[]>> vectors)
    {
        var options = new EncodingOptions { Models = [new VectorModel(vectors).ToLocalModel()], CacheFile = _folder.CachePath, Replace = true, Threads = 1 };
        return new FeatureEncoding(table, EncoderChoice.Of(table, options)[0], options).EncodeAsync();
    }
}
