using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using Tessera.Data;

namespace Tessera.Encoders.Onnx.Tests;

public sealed class OnnxTextEncoderTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mean", new float[] { 3, 4 })] // ([CLS] + a + b + [SEP]) / 4
    [InlineData("cls", new float[] { 2, 0 })]
    [InlineData("last", new float[] { 0, 2 })]
    public async Task Pools_the_tokens_of_each_text_and_no_padding(string pooling, float[] expected)
    {
        using OnnxTextEncoder encoder = OpenTable(new OnnxSettings { Pooling = pooling, Normalize = false });
        float[][] vectors = await EncodeAsync(encoder, "a b", "a a a a a a a a");
        Assert.Equal(expected, vectors[0]);
    }

    [Fact]
    public async Task Vectors_have_norm_one_unless_told_otherwise()
    {
        using OnnxTextEncoder encoder = OpenTable(new OnnxSettings { Pooling = "mean" });
        Assert.Equal(new[] { 0.6f, 0.8f }, (await EncodeAsync(encoder, "a b"))[0]);
    }

    [Fact]
    public async Task Texts_come_back_in_their_order_whatever_their_length()
    {
        using OnnxTextEncoder encoder = OpenTable(new OnnxSettings { Pooling = "mean", Normalize = false });
        string[] texts = [.. Enumerable.Range(0, 100).Select(number => string.Join(' ', Enumerable.Repeat("a", 7 * number % 50 + 1)))];
        float[][] together = await EncodeAsync(encoder, texts);
        for (int text = 0; text < texts.Length; text++) Assert.Equal((await EncodeAsync(encoder, texts[text]))[0], together[text]);
    }

    [Fact]
    public async Task A_long_text_is_cut_at_the_limit_and_keeps_its_end_token()
    {
        using OnnxTextEncoder encoder = OpenTable(new OnnxSettings { Pooling = "mean", Normalize = false, MaxTokens = 4 });
        string endless = "a b " + string.Join(' ', Enumerable.Repeat("a", 100_000));
        Assert.Equal((await EncodeAsync(encoder, "a b"))[0], (await EncodeAsync(encoder, endless))[0]);
    }

    [Fact]
    public async Task The_prefix_stands_before_each_text()
    {
        using OnnxTextEncoder with = OpenTable(new OnnxSettings { Prefix = "a " }), without = OpenTable(new OnnxSettings());
        Assert.Equal((await EncodeAsync(without, "a b"))[0], (await EncodeAsync(with, "b"))[0]);
    }

    [Theory]
    [InlineData(1, 6)]
    [InlineData(3, 6)]
    [InlineData(-1, 6)]
    [InlineData(2, -1)]
    public async Task A_model_of_a_fixed_shape_gives_what_the_free_one_gives(int texts, int tokens)
    {
        using OnnxTextEncoder free = OpenTable(new OnnxSettings { Pooling = "mean" }), bound = OpenTable(new OnnxSettings { Pooling = "mean" }, texts, tokens);
        string[] sample = ["a", "b", "a b", "b b a", "a a"];
        Assert.Equal(await EncodeAsync(free, sample), await EncodeAsync(bound, sample));
    }

    [Fact]
    public async Task The_vector_that_a_model_gives_a_text_is_taken_as_it_is()
    {
        WriteVocabulary();
        string path = Table(TableNumbers).Weights("vector", [3, 4], 1, 2).Node("Identity", ["vector"], "sentence_embedding")
            .Output("sentence_embedding", ModelFile.Float, -1, 2).Save(_folder);
        using OnnxTextEncoder encoder = OnnxTextEncoder.Open(path);
        Assert.Equal(new[] { 0.6f, 0.8f }, (await EncodeAsync(encoder, "b"))[0]);
    }

    [Fact]
    public async Task Settings_are_read_from_the_file_beside_the_model()
    {
        WriteVocabulary();
        string path = Table(TableNumbers).Save(_folder);
        File.WriteAllText(Path.ChangeExtension(path, ".json"), """{"pooling": "cls", "normalize": false, "tokenizer": "vocab.txt"}""");
        using OnnxTextEncoder encoder = OnnxTextEncoder.Open(path);
        Assert.Equal(new float[] { 2, 0 }, (await EncodeAsync(encoder, "a b"))[0]);
    }

    [Fact]
    public async Task MiniLm_finds_meaning_and_not_words()
    {
        using OnnxTextEncoder encoder = OnnxTextEncoder.MiniLm();
        float[][] vectors = await EncodeAsync(encoder, "red sneakers for running", "scarlet jogging shoes", "a book on medieval history");
        Assert.Equal(384, vectors[0].Length);
        Assert.All(vectors, vector => Assert.Equal(1, TensorPrimitives.Norm<float>(vector), 5));
        Assert.True(TensorPrimitives.Dot<float>(vectors[0], vectors[1]) > 0.55);
        Assert.True(TensorPrimitives.Dot<float>(vectors[0], vectors[2]) < 0.2);
    }

    [Fact]
    public async Task MiniLm_takes_accents_from_letters_as_it_was_trained()
    {
        using OnnxTextEncoder encoder = OnnxTextEncoder.MiniLm();
        float[][] vectors = await EncodeAsync(encoder, "Crème brûlée", "creme brulee", "CRE\u0300ME BRU\u0302LE\u0301E");
        Assert.Equal(vectors[1], vectors[0]);
        Assert.Equal(vectors[1], vectors[2]);
    }

    [Fact]
    public async Task A_batch_gives_what_each_text_gives_alone_up_to_rounding()
    {
        using OnnxTextEncoder encoder = OnnxTextEncoder.MiniLm(threads: 1);
        string[] texts = ["short", "a somewhat longer text about shoes and boots", "", "another"];
        float[][] together = await EncodeAsync(encoder, texts);
        for (int text = 0; text < texts.Length; text++)
            Assert.True(TensorPrimitives.Distance<float>((await EncodeAsync(encoder, texts[text]))[0], together[text]) < 1e-5);
    }

    [Fact]
    public async Task Vectors_do_not_depend_on_the_number_of_threads_nor_on_other_calls()
    {
        using OnnxTextEncoder one = OnnxTextEncoder.MiniLm(threads: 1), three = OnnxTextEncoder.MiniLm(threads: 3);
        string[] texts = [.. Enumerable.Range(0, 60).Select(number => string.Join(' ', Enumerable.Repeat("a boot and a shoe", number % 7 + 1)) + number)];
        float[][] expected = await EncodeAsync(one, texts);
        foreach (float[][] found in await Task.WhenAll(EncodeAsync(three, texts), EncodeAsync(three, texts))) Assert.Equal(expected, found);
    }

    [Fact]
    public async Task Work_that_is_canceled_stops()
    {
        using OnnxTextEncoder encoder = OnnxTextEncoder.MiniLm();
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        string[] texts = [.. Enumerable.Range(0, 100_000).Select(number => $"text number {number} that would take many minutes with all the others like it")];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => encoder.GenerateAsync(texts, cancellationToken: cancellation.Token));
    }

    [Fact]
    public void A_truncated_model_is_one_sentence()
    {
        WriteVocabulary();
        string path = Table(TableNumbers).Save(_folder);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^20]);
        Refused($"'{path}' cannot be loaded as an ONNX model (", "expected a whole .onnx file", () => OnnxTextEncoder.Open(path));
    }

    [Fact]
    public void Weights_that_are_missing_beside_the_model_are_named()
    {
        WriteVocabulary();
        string path = new ModelFile().Input("input_ids", ModelFile.Int64, -1, -1).WeightsElsewhere("table", "model.onnx_data", 6, 2)
            .Node("Gather", ["table", "input_ids"], "last_hidden_state").Output("last_hidden_state", ModelFile.Float, -1, -1, 2).Save(_folder);
        Refused("model.onnx_data", "expected the files of weights that it names in its folder", () => OnnxTextEncoder.Open(path));
    }

    [Fact]
    public void A_picture_model_is_no_text_model()
    {
        string path = OnnxImageEncoderTests.Pooling().Save(_folder);
        Refused("takes pixel_values single[? x 3 x 4 x 4]", "expected a text model", () => OnnxTextEncoder.Open(path));
    }

    [Fact]
    public void An_absent_model_or_tokenizer_is_named()
    {
        Refused("nothing.onnx' does not exist", "check the path", () => OnnxTextEncoder.Open(Path.Combine(_folder.Path, "nothing.onnx")));
        string path = Table(TableNumbers).Save(_folder);
        Refused("has no tokenizer", "or name one with --tokenizer", () => OnnxTextEncoder.Open(path));
        Refused("other.txt' does not exist", "check the path", () => OnnxTextEncoder.Open(path, new OnnxSettings { Tokenizer = "other.txt" }));
    }

    [Fact]
    public void A_file_that_is_no_vocabulary_is_refused()
    {
        string path = Table(TableNumbers).Save(_folder);
        File.WriteAllText(Path.Combine(_folder.Path, "words.txt"), "just\nwords\n");
        Refused("words.txt' cannot be used as a tokenizer", "expected the vocab.txt", () => OnnxTextEncoder.Open(path, new OnnxSettings { Tokenizer = "words.txt" }));
    }

    [Fact]
    public async Task A_vocabulary_of_another_model_is_one_sentence()
    {
        File.WriteAllLines(Path.Combine(_folder.Path, "vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "[MASK]", "c", "d"]);
        using OnnxTextEncoder encoder = OnnxTextEncoder.Open(Table(TableNumbers).Save(_folder));
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => encoder.GenerateAsync(["c d"]));
        Assert.Contains("refused texts of 4 tokens", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("check that tokenizer, longest text (--max-tokens) and sizes are the model's own.", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public async Task An_output_of_another_shape_is_refused()
    {
        WriteVocabulary();
        string path = new ModelFile().Input("input_ids", ModelFile.Int64, -1, -1).Weights("table", TableNumbers, 6, 2)
            .Node("Gather", ["table", "input_ids"], "rows").Node("Transpose", ["rows"], "last_hidden_state").Output("last_hidden_state", ModelFile.Float, -1, -1, -1).Save(_folder);
        using OnnxTextEncoder encoder = OnnxTextEncoder.Open(path);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => encoder.GenerateAsync(["b"]));
        Assert.Contains("gives last_hidden_state [2 x 3 x 1]; expected [1 x 3 x D] for 1 texts of 3 tokens", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_room_for_a_text_is_refused()
    {
        WriteVocabulary();
        string path = Table(TableNumbers, tokens: 2).Save(_folder);
        Refused("have 2 tokens at most, and its tokenizer adds 2", "choose a model of longer texts", () => OnnxTextEncoder.Open(path));
    }

    [Fact]
    public void The_version_is_that_of_model_tokenizer_weights_and_settings()
    {
        WriteVocabulary();
        string path = new ModelFile().Input("input_ids", ModelFile.Int64, -1, -1).WeightsElsewhere("table", "model.onnx_data", 6, 2)
            .Node("Gather", ["table", "input_ids"], "last_hidden_state").Output("last_hidden_state", ModelFile.Float, -1, -1, 2).Save(_folder);
        string weights = Path.Combine(_folder.Path, "model.onnx_data"), vocabulary = Path.Combine(_folder.Path, "vocab.txt");
        File.WriteAllBytes(weights, new byte[48]);
        string version = OnnxModels.Open(path).Version;
        File.WriteAllText(Path.Combine(_folder.Path, "readme.txt"), "of no importance");
        Assert.Equal(version, OnnxModels.Open(path).Version);
        Assert.Equal(version, OnnxModels.Open(path, new OnnxSettings { Tokenizer = vocabulary }).Version);
        Assert.NotEqual(version, OnnxModels.Open(path, new OnnxSettings { Pooling = "cls" }).Version);
        File.WriteAllBytes(weights, [.. Enumerable.Repeat((byte)1, 48)]);
        string other = OnnxModels.Open(path).Version;
        Assert.NotEqual(version, other);
        File.WriteAllLines(vocabulary, File.ReadAllLines(vocabulary).Reverse());
        Assert.NotEqual(other, OnnxModels.Open(path).Version);
    }

    [Fact]
    public void Settings_without_a_value_are_refused()
    {
        WriteVocabulary();
        string path = Table(TableNumbers).Save(_folder);
        File.WriteAllText(Path.ChangeExtension(path, ".json"), """{"mean": null}""");
        Refused("model.json' holds no settings of a model", "correct or remove it", () => OnnxTextEncoder.Open(path));
        File.WriteAllText(Path.ChangeExtension(path, ".json"), """{"poolng": "cls"}""");
        Refused("there is no setting 'poolng'", "correct or remove it", () => OnnxTextEncoder.Open(path));
    }

    [Fact]
    public async Task Numbers_that_are_not_finite_are_refused()
    {
        WriteVocabulary();
        float[] table = [.. TableNumbers];
        table[^1] = float.NaN;
        using OnnxTextEncoder encoder = OnnxTextEncoder.Open(Table(table).Save(_folder));
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => encoder.GenerateAsync(["b"]));
        Assert.Contains("numbers that are not finite", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"pooling": "max"}""", "The setting pooling of the model is 'max'; expected mean, cls or last.")]
    [InlineData("""{"maxTokens": 2}""", "The setting maxTokens of the model is '2'; expected 3 or more.")]
    [InlineData("""{"mean": [1, 2]}""", "The setting mean of the model is '1,2'; expected three numbers: red, green, blue.")]
    [InlineData("""{"deviation": [1, 0, 1]}""", "expected three numbers above 0")]
    [InlineData("""{"channels": "cmyk"}""", "expected rgb or bgr")]
    [InlineData("""{"side": 0}""", "expected 1 to 4096")]
    [InlineData("""{"space": " "}""", "The setting space of the model is ' '; expected a name, such as clip-vit-base-patch32.")]
    [InlineData("""{"poolin": "cls"}""", "holds no settings of a model")]
    [InlineData("null", "holds no settings of a model")]
    [InlineData("{", "holds no settings of a model")]
    public void Settings_that_cannot_be_used_are_named(string json, string expected)
    {
        WriteVocabulary();
        string path = Table(TableNumbers).Save(_folder);
        File.WriteAllText(Path.ChangeExtension(path, ".json"), json);
        Refused(expected, "expected", () => OnnxTextEncoder.Open(path));
    }

    /// <summary>Vectors of [PAD], [UNK], [CLS], [SEP], a, b.</summary>
    private static readonly float[] TableNumbers = [100, 100, -5, -5, 2, 0, 0, 2, 4, 6, 6, 8];

    private static ModelFile Table(float[] table, int texts = -1, int tokens = -1) => ModelFile.OfTable(table, 2, texts, tokens);

    private static async Task<float[][]> EncodeAsync(OnnxTextEncoder encoder, params string[] texts)
    {
        GeneratedEmbeddings<Embedding<float>> vectors = await encoder.GenerateAsync(texts);
        return [.. vectors.Select(vector => vector.Vector.ToArray())];
    }

    private static void Refused(string found, string remedy, Func<OnnxTextEncoder> open)
    {
        string message = Assert.Throws<InvalidInputException>(open).Message;
        Assert.Contains(found, message, StringComparison.Ordinal);
        Assert.Contains(remedy, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private void WriteVocabulary() => File.WriteAllLines(Path.Combine(_folder.Path, "vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "[MASK]"]);

    private OnnxTextEncoder OpenTable(OnnxSettings settings, int texts = -1, int tokens = -1)
    {
        WriteVocabulary();
        return OnnxTextEncoder.Open(Table(TableNumbers, texts, tokens).Save(_folder), settings);
    }
}
