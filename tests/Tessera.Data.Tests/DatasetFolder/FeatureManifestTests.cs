using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;
using Tessera.Data.Tests.Storage;

namespace Tessera.Data.Tests.DatasetFolder;

public sealed class FeatureManifestTests : IDisposable
{
    private const string Content = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private readonly TemporaryDirectory _directory = new();

    public FeatureManifestTests()
    {
        Interactions train = Interactions.FromPairs(2, 3, [(0, 0), (0, 2), (1, 1)]), none = Interactions.FromPairs(2, 3, []);
        var text = new Modality("text", Matrix.From(new float[,] { { 1, 2 }, { 0, 0 }, { 3, 4 } }));
        DatasetWriter.Write(new Dataset("small", train, none, none, [text]) { ItemIds = ["A", "B", "ü"] }, Folder);
        FeatureManifest.For(["A", "B", "ü"]).With(FeatureManifestEntry.Of(text, "tfidf-svd", "1", Content)).Write(Folder);
    }

    private string Folder => Path.Combine(_directory.Path, "data");

    private string Manifest => Path.Combine(Folder, FeatureManifest.FileName);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_manifest_reads_back_as_it_was_written()
    {
        FeatureManifest manifest = FeatureManifest.ReadIfPresent(Folder)!;

        Assert.Equal((1, 3), (manifest.Format, manifest.Items));
        Assert.Equal("00a672548cc8abdfc3675233ebdf5863a501bfef90e4cc06c1e6d3a5377840ed", manifest.ItemIds); // sha256sum of A, B and ü
        FeatureManifestEntry entry = Assert.Single(manifest.Modalities);
        Assert.Equal(("text", "text_feat.npy", 3, 2, "float32"), (entry.Name, entry.File, entry.Rows, entry.Dimensions, entry.Dtype));
        Assert.Equal(("tfidf-svd", "1", Content), (entry.Encoder, entry.Version, entry.Content));
        Assert.Equal([1], entry.Missing);
    }

    [Fact]
    public void A_modality_has_the_checksum_of_its_file()
    {
        string checksum = Checksums.Of(FeatureFolder.PathOf(Folder, "text"));

        Assert.Equal(checksum, DatasetFingerprint.Of(DatasetReader.Read(Folder).Modalities[0]));
        Assert.Equal(checksum, FeatureManifest.ReadIfPresent(Folder)!.Modalities[0].Sha256);
    }

    [Theory]
    [InlineData("<f8", "float64", false)]
    [InlineData("<f2", "float16", false)]
    [InlineData("<f4", "float32", true)]
    public void A_file_of_another_layout_is_checked_by_its_bytes(string descr, string dtype, bool fortran)
    {
        byte[] file = NpyBytes.Of(descr, new double[,] { { 1, 2 }, { 0, 0 }, { 3, 4 } }, fortran);
        File.WriteAllBytes(FeatureFolder.PathOf(Folder, "text"), file);
        Change("modalities/0/dtype", dtype);
        AssertRefused("checksums (sha256) differ");

        Change("modalities/0/sha256", Convert.ToHexStringLower(SHA256.HashData(file)));
        Assert.Equal([1, 2, 0, 0, 3, 4], DatasetReader.Read(Folder).Modalities[0].Features.Span.ToArray());
    }

    [Fact]
    public void Ids_are_hashed_joined_by_line_feeds()
    {
        Assert.Equal("7e18f737311b2dc3b2f269dd78396b0351f14fb66efa879f768cb23181883c78", FeatureManifest.HashOf(["a", "b"])); // of sha256sum
        Assert.Equal(Content, FeatureManifest.HashOf(["abc"])); // the standard's own example
        Assert.NotEqual(FeatureManifest.HashOf(["b", "a"]), FeatureManifest.HashOf(["a", "b"]));
    }

    [Fact]
    public void The_space_of_the_features_is_read_where_it_is_known()
    {
        Assert.Null(DatasetReader.Read(Folder).Modalities[0].Space);
        Assert.DoesNotContain("space", File.ReadAllText(Manifest), StringComparison.Ordinal);

        var text = new Modality("text", DatasetReader.Read(Folder).Modalities[0].Features) { Space = "clip" };
        FeatureManifest.For(["A", "B", "ü"]).With(FeatureManifestEntry.Of(text, "onnx", "1", Content)).Write(Folder);

        Assert.Equal("clip", DatasetReader.Read(Folder).Modalities[0].Space);
    }

    [Fact]
    public void A_data_set_that_agrees_with_its_manifest_is_read_and_names_the_encoder()
    {
        Dataset dataset = DatasetReader.Read(Folder);

        Assert.Equal("tfidf-svd", dataset.Modalities[0].Encoder);
        Assert.Equal([new ModalityStatistics("text", 2, 1, "tfidf-svd")], DatasetStatistics.Of(dataset).Modalities);
        Assert.DoesNotContain(dataset.Notices, notice => notice.Contains(FeatureManifest.FileName, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("format", "2", "has the format '2'; expected 1")]
    [InlineData("items", "4", "describes features of 4 items, but there are 3 in i_id_mapping.csv")]
    [InlineData("itemIds", "\"12\"", "has the itemIds '12'; expected 64 lower-case hexadecimal digits")]
    [InlineData("itemIds", $"\"{Content}\"", "of other items, or in another order, than i_id_mapping.csv names")]
    [InlineData("modalities", "null", "is not a feature manifest")]
    [InlineData("modalities/0/name", "\" \"", "has the name ' '; expected each modality's name once")]
    [InlineData("modalities/0/name", "\"image\"", "has the file 'text_feat.npy'; expected image_feat.npy")]
    [InlineData("modalities/0/file", "\"../text_feat.npy\"", "has the file '../text_feat.npy'; expected text_feat.npy")]
    [InlineData("modalities/0/rows", "2", "has rows '2', but it has 3")]
    [InlineData("modalities/0/rows", "\"3\"", "is not a feature manifest")]
    [InlineData("modalities/0/dimensions", "3", "has dimensions '3', but it has 2")]
    [InlineData("modalities/0/dtype", "\"float16\"", "has dtype 'float16', but it has float32")]
    [InlineData("modalities/0/encoder", "\"\"", "has the encoder ''; expected the name of what made the features")]
    [InlineData("modalities/0/version", "\"\"", "has the version ''; expected the encoder's version")]
    [InlineData("modalities/0/space", "\" \"", "has the space ' '; expected the name of the features' space, or none")]
    [InlineData("modalities/0/content", "\"x\"", "has the content 'x'; expected 64 lower-case hexadecimal digits")]
    [InlineData("modalities/0/sha256", "\"x\"", "has the sha256 'x'; expected 64 lower-case hexadecimal digits")]
    [InlineData("modalities/0/sha256", $"\"{Content}\"", "their checksums (sha256) differ")]
    [InlineData("modalities/0/missing", "[]", "does not list item 1 as missing")]
    [InlineData("modalities/0/missing", "[0,1]", "lists item 0 as missing, but row 0 of")]
    [InlineData("modalities/0/missing", "[3]", "has the missing '3'; expected items 0 to 2, ascending")]
    [InlineData("modalities/0/missing", "[1,1]", "has the missing '1'; expected items 0 to 2, ascending")]
    [InlineData("modalities/0/missing", "[-1]", "has the missing '-1'; expected items 0 to 2, ascending")]
    public void A_damaged_field_is_refused_by_its_name(string field, string value, string sentence)
    {
        Change(field, JsonNode.Parse(value));

        AssertRefused(sentence);
    }

    [Theory]
    [InlineData("format")]
    [InlineData("items")]
    [InlineData("itemIds")]
    [InlineData("modalities")]
    [InlineData("modalities/0/name")]
    [InlineData("modalities/0/file")]
    [InlineData("modalities/0/rows")]
    [InlineData("modalities/0/dimensions")]
    [InlineData("modalities/0/dtype")]
    [InlineData("modalities/0/encoder")]
    [InlineData("modalities/0/version")]
    [InlineData("modalities/0/content")]
    [InlineData("modalities/0/sha256")]
    [InlineData("modalities/0/missing")]
    public void An_absent_field_is_refused_by_its_name(string field)
    {
        Change(field, null, remove: true);

        AssertRefused($"'{field.Split('/')[^1]}'");
    }

    [Theory]
    [InlineData("", "is not a feature manifest")]
    [InlineData("null", "is not a feature manifest (it is null)")]
    [InlineData("[]", "is not a feature manifest")]
    [InlineData("""{"format":1,"items":3,"itemIds":"x","modalities":[],"color":"red"}""", "'color'")]
    [InlineData("""{"format":1,"items":3,"items":3,"itemIds":"x","modalities":[]}""", "is not a feature manifest")]
    public void What_is_no_manifest_is_refused(string text, string sentence)
    {
        File.WriteAllText(Manifest, text);

        AssertRefused(sentence);
    }

    [Fact]
    public void A_described_file_that_is_gone_is_refused()
    {
        File.Delete(Path.Combine(Folder, "text_feat.npy"));

        AssertRefused("describes 'text_feat.npy', which is not there");
    }

    [Fact]
    public void Features_that_changed_by_one_bit_are_refused()
    {
        string file = Path.Combine(Folder, "text_feat.npy");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);

        AssertRefused("their checksums (sha256) differ");
    }

    [Fact]
    public void Features_that_the_manifest_does_not_know_are_read_with_a_notice()
    {
        NpyWriter.Write(Path.Combine(Folder, "audio_feat.npy"), Matrix.From(new float[,] { { 1 }, { 2 }, { 3 } }));

        Dataset dataset = DatasetReader.Read(Folder);

        Assert.Equal(["audio", "text"], dataset.Modalities.Select(m => m.Name));
        Assert.Contains("audio_feat.npy is not in modalities.json: that its rows are in the items' order is not checked.", dataset.Notices);
    }

    [Fact]
    public void Without_names_the_ids_are_the_items_numbers()
    {
        File.Delete(Path.Combine(Folder, "i_id_mapping.csv"));
        AssertRefused("than small.inter names");
        Change("itemIds", FeatureManifest.HashOf(["0", "1", "2"]));

        Assert.Equal(3, DatasetReader.Read(Folder).Items);
    }

    [Theory]
    [InlineData("A\nB\nü\n")]
    [InlineData("\uFEFFA\r\nB\r\nü\r\n\r\n")]
    [InlineData("A\nB\nü")]
    public void A_file_of_ids_that_agrees_is_accepted(string ids)
    {
        File.WriteAllText(Path.Combine(Folder, "text_feat.ids"), ids);

        Assert.Equal(3, DatasetReader.Read(Folder).Items);
    }

    [Theory]
    [InlineData("B\nA\nü\n", "Line 1 of ", "names item 'B', but item 0 in i_id_mapping.csv is 'A'")]
    [InlineData("A\nB\nu\n", "Line 3 of ", "names item 'u', but item 2 in i_id_mapping.csv is 'ü'")]
    [InlineData("A\n\nB\nü\n", "Line 2 of ", "names item '', but item 1 in i_id_mapping.csv is 'B'")]
    [InlineData("A\nB\n", "text_feat.ids' ends after 2 ids, but i_id_mapping.csv has 3 items", "add the others")]
    [InlineData("A\nB\nü\nC\n", "Line 4 of ", "names item 'C', but i_id_mapping.csv has only 3 items")]
    public void A_file_of_ids_that_disagrees_is_refused_by_line_and_ids(string ids, params string[] parts)
    {
        File.WriteAllText(Path.Combine(Folder, "text_feat.ids"), ids);

        AssertRefused([.. parts, "text_feat.ids"]);
    }

    [Fact]
    public void A_second_entry_of_a_modality_takes_the_place_of_the_first()
    {
        FeatureManifest manifest = FeatureManifest.ReadIfPresent(Folder)!;
        FeatureManifestEntry text = manifest.Modalities[0], image = text with { Name = "image", File = "image_feat.npy" };

        FeatureManifest changed = manifest.With(image).With(text with { Version = "2" });

        Assert.Equal([("image", "1"), ("text", "2")], changed.Modalities.Select(entry => (entry.Name, entry.Version)));
    }

    [Fact]
    public void Mutated_manifests_are_read_or_refused_but_never_crash()
    {
        byte[] valid = File.ReadAllBytes(Manifest);
        var rng = new Rng(11);
        int refused = 0;
        for (int mutant = 0; mutant < 600; mutant++)
        {
            byte[] bytes = [.. valid];
            for (int edits = 1 + rng.Next(3); edits > 0; edits--) bytes[rng.Next(bytes.Length)] = (byte)rng.Next(128);
            File.WriteAllBytes(Manifest, bytes);
            try
            {
                DatasetReader.Read(Folder);
            }
            catch (InvalidInputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 300, 599);
    }

    /// <summary>Sets or removes a field, given by its path of names and positions.</summary>
    private void Change(string field, JsonNode? value, bool remove = false)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(Manifest))!, holder = root;
        string[] path = field.Split('/');
        foreach (string step in path[..^1]) holder = (int.TryParse(step, out int at) ? holder[at] : holder[step])!;
        if (remove) Assert.True(holder.AsObject().Remove(path[^1]));
        else holder[path[^1]] = value;
        File.WriteAllText(Manifest, root.ToJsonString());
    }

    private void AssertRefused(params string[] parts)
    {
        string message = Assert.Throws<InvalidInputException>(() => DatasetReader.Read(Folder)).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', message);
    }
}
