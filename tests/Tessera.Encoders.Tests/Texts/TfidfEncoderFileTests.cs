using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;
using Tessera.Encoders.Texts;

namespace Tessera.Encoders.Tests.Texts;

public sealed class TfidfEncoderFileTests : IDisposable
{
    private static readonly string[] Syllables = ["ka", "to", "mé", "ß", "Ω", "ri", "東", "京", "no", "𝒜", "हि", "7", "x-1", "한"];
    private readonly TemporaryDirectory _folder = new();
    private readonly Device _device = new(threads: 1);

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void An_opened_encoder_gives_the_vectors_of_the_saved_one_bit_for_bit()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            var rng = new Rng(seed);
            string[] corpus = Texts(rng, 5 + rng.Next(60));
            var options = new TfidfOptions { MinTexts = 1 + rng.Next(2), MaxShare = 0.4 + (0.6 * rng.NextDouble()), MaxTerms = 5 + rng.Next(200) };
            using TfidfEncoder saved = TfidfEncoder.Fit(corpus, 1 + rng.Next(40), _device, rng, options);
            string path = Save(saved);

            using TfidfEncoder opened = TfidfEncoder.Open(path);

            Assert.Equal((saved.Fingerprint, saved.Dimensions), (opened.Fingerprint, opened.Dimensions));
            Assert.Equal(saved.Terms, opened.Terms);
            foreach (string text in (string[])[.. corpus, .. Texts(rng, 20), "", "nothing that it knows", "\uD800"]) Assert.Equal(saved.Encode(text), opened.Encode(text));
        }
    }

    [Fact]
    public void Any_damage_is_noticed_or_changes_nothing()
    {
        using TfidfEncoder saved = Fit();
        string path = Save(saved), damaged = _folder.In("damaged");
        byte[] bytes = File.ReadAllBytes(path);
        int refused = 0;
        for (int place = 0; place < bytes.Length; place++)
        {
            byte[] changed = [.. bytes];
            changed[place] ^= (byte)(1 << (place % 8));
            File.WriteAllBytes(damaged, changed);
            refused += Refuses(damaged, saved) ? 1 : 0;
        }

        Assert.True(refused > bytes.Length - 64, $"{bytes.Length - refused} changes of {bytes.Length} went through, more than the header's padding has.");
        for (int length = 0; length < bytes.Length; length += 7)
        {
            File.WriteAllBytes(damaged, bytes[..length]);
            Assert.Throws<InvalidInputException>(() => TfidfEncoder.Open(damaged));
        }
    }

    [Fact]
    public void Other_files_are_refused_in_one_sentence()
    {
        using TfidfEncoder saved = Fit();
        string path = Save(saved);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Equal($"'{path}' is damaged: what it holds does not match its fingerprint; restore it or encode the texts again.", Refusal(path));
        SafetensorsWriter.Write(path, [("basis", new Matrix(1, 1))], new Dictionary<string, string> { ["encoder"] = "tfidf-svd 1" });
        Assert.Equal($"'{path}' holds the encoder 'tfidf-svd 1'; expected 'tfidf-svd 2', so restore the file or encode the texts again.", Refusal(path));
        SafetensorsWriter.Write(path, [("basis", new Matrix(1, 1))], new Dictionary<string, string> { ["encoder"] = "tfidf-svd 2" });
        Assert.Equal($"{path}: there is no tensor 'terms' of bytes (U8); it holds basis (F32).", Refusal(path));
        Assert.Contains("not a safetensors file", Refusal(_folder.Write("text", "{}, and more than eight bytes")), StringComparison.Ordinal);
        Assert.Contains("there is no such file", Refusal(_folder.In("none")), StringComparison.Ordinal);

        static string Refusal(string path) => Assert.Throws<InvalidInputException>(() => TfidfEncoder.Open(path)).Message;
    }

    [Fact]
    public void It_is_copied_only_where_it_made_the_features_and_none_stays_where_it_is_not()
    {
        using TfidfEncoder saved = Fit();
        string path = Save(saved), copy = EncoderFile.PathOf(_folder.Path, "text");
        using var features = new Matrix(1, 1);
        Assert.True(EncoderFile.Copy(new Modality("text", features) { Version = saved.Fingerprint, FittedEncoder = path }, _folder.Path));
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(copy));
        Assert.False(EncoderFile.Copy(new Modality("text", features) { Version = new string('0', 64), FittedEncoder = path }, _folder.Path));
        Assert.False(File.Exists(copy));

        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        string damaged = _folder.Write("damaged", bytes);
        Assert.False(EncoderFile.Copy(new Modality("text", features) { Version = saved.Fingerprint, FittedEncoder = damaged }, _folder.Path));
        Assert.False(EncoderFile.Copy(new Modality("text", features) { Version = saved.Fingerprint, FittedEncoder = _folder.In("none") }, _folder.Path));
        File.Copy(path, copy);
        Assert.True(EncoderFile.Copy(new Modality("text", features) { Version = saved.Fingerprint }, _folder.Path));
        Assert.False(File.Exists(copy));
    }

    [Fact]
    public void A_file_that_cannot_be_written_leaves_nothing()
    {
        using TfidfEncoder saved = Fit();
        string occupied = _folder.In("occupied");
        Directory.CreateDirectory(occupied);
        Assert.Throws<StorageException>(() => saved.Save(occupied));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private TfidfEncoder Fit() => TfidfEncoder.Fit(
        ["red apple", "red pear", "green apple", "green pear", "red red green"], 3, _device, new Rng(7), new TfidfOptions { MaxShare = 1 });

    private string Save(TfidfEncoder encoder)
    {
        string path = _folder.In("saved.safetensors");
        encoder.Save(path);
        return path;
    }

    private static bool Refuses(string path, TfidfEncoder saved)
    {
        try
        {
            using TfidfEncoder opened = TfidfEncoder.Open(path);
            Assert.Equal(saved.Fingerprint, opened.Fingerprint);
            return false;
        }
        catch (InvalidInputException)
        {
            return true;
        }
    }

    /// <summary>Texts of one to six words of one to three syllables, some of several scripts.</summary>
    private static string[] Texts(Rng rng, int count) => [.. Enumerable.Range(0, count).Select(_ =>
        string.Join(' ', Enumerable.Range(0, 1 + rng.Next(6)).Select(_ => string.Concat(Enumerable.Range(0, 1 + rng.Next(3)).Select(_ => Syllables[rng.Next(Syllables.Length)])))))];
}
