using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Endpoints;
using Tessera.Encoders.Images;
using Tessera.Models.Tests.Live;
using Tessera.Serving.Following;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Catalog;

public sealed class ItemEncodingTests(LiveRuns runs) : IClassFixture<LiveRuns>, IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly WordModel _model = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Texts_and_images_are_encoded_as_the_run_was_and_no_more_often_than_they_change()
    {
        await using Service service = await Start(builder => builder.UseEncoders(_model.ToLocalModel()));
        byte[] picture = SamplePng.Create(9);
        ItemReceipt put = await service.Catalog.PutAsync(
            new CatalogItem("new") { Title = "Red lamp", Texts = new Dictionary<string, string> { ["description"] = "a lamp" } }, new ItemContent { Image = picture });
        Assert.Equal((ItemOutcome.Created, 0), (put.Outcome, put.Notes.Count));
        Assert.Equal(["image", "text"], put.Modalities);
        Assert.Equal(["title: Red lamp\ndescription: a lamp"], _model.Asked);
        Dictionary<string, ItemVector> vectors = (await (await service.Store).Items.VectorsAsync(["new"]))["new"];
        Assert.Equal(WordModel.Encode(_model.Asked[0]), vectors["text"].Values);
        Assert.Equal(HistogramImageEncoder.Encode(picture, "x"), vectors["image"].Values);
        Assert.Contains("new", await service.ListOf("stranger"));

        await service.Catalog.PatchAsync("new", new JsonObject { ["attributes"] = new JsonObject { ["price"] = 3 } });
        Assert.Single(_model.Asked);
        ItemReceipt patched = await service.Catalog.PatchAsync("new", new JsonObject { ["title"] = "Blue lamp" });
        Assert.Equal(["image", "text"], patched.Modalities);
        Assert.Equal("title: Blue lamp\ndescription: a lamp", _model.Asked[^1]);
        await service.Catalog.PutImageAsync("new", SamplePng.Create(200));
        Assert.Equal(2, _model.Asked.Count);
        (ReadOnlyMemory<byte> bytes, string type) = (await service.Catalog.FindImageAsync("new"))!.Value;
        Assert.Equal("image/png", type);
        Assert.Equal(SamplePng.Create(200), bytes.ToArray());

        ItemReceipt without = await service.Catalog.PutAsync(new CatalogItem("new")); // texts are gone, the image stays
        Assert.Equal(["image"], without.Modalities);
    }

    [Fact]
    public async Task An_encoder_that_is_not_at_hand_is_said_so_and_ready_vectors_do_instead()
    {
        await using Service service = await Start(_ => { });
        ItemReceipt put = await service.Catalog.PutAsync(new CatalogItem("new") { Title = "Red lamp" });
        Assert.Equal(2, put.Notes.Count);
        Assert.Contains("words 1, is not at hand; give the service that model, or ready vectors of 9 numbers", put.Notes[0], StringComparison.Ordinal);
        ItemReceipt ready = await service.Catalog.PutAsync(
            new CatalogItem("new") { Title = "Red lamp" }, new ItemContent { Vectors = new Dictionary<string, float[]> { ["text"] = WordModel.Encode("lamp") } });
        Assert.Equal(["text"], ready.Modalities);
        Assert.Empty(ready.Notes);
        Assert.Equal(["text"], (await service.Catalog.PatchAsync("new", new JsonObject { ["hidden"] = true })).Modalities); // what came ready stays
    }

    [Fact]
    public async Task A_vector_of_another_length_than_the_model_has_learned_from_is_not_taken()
    {
        await using Service service = await Start(builder => builder.UseEncoders(new WordModel { Length = 4 }.ToLocalModel()));
        ItemReceipt put = await service.Catalog.PutAsync(new CatalogItem("new") { Title = "Red lamp" });
        Assert.Empty(put.Modalities);
        Assert.Equal(
            "The item has no 'text' features: its encoder gives 4 numbers where the run's data have 9; use the model that encoded the data.",
            put.Notes[0]);
    }

    [Fact]
    public async Task What_changed_of_a_learned_item_while_the_encoder_was_not_at_hand_is_encoded_once_it_is()
    {
        var other = new CatalogItem("1") { Title = "Blue lamp" };
        await using (Service without = await Start(_ => { }))
        {
            foreach (Task<ItemReceipt> change in new[] { without.Catalog.PutAsync(other), without.Catalog.PatchAsync("1", new JsonObject { ["hidden"] = false }) })
            {
                ItemReceipt receipt = await change;
                Assert.Empty(receipt.Modalities);
                Assert.StartsWith("The item has no 'text' features: what made those of the data, words 1, is not at hand;", Assert.Single(receipt.Notes), StringComparison.Ordinal);
            }

            Assert.Empty((await without.Catalog.FindAsync("1"))!.Modalities);
        }

        await using (Service service = await Start(builder => builder.UseEncoders(_model.ToLocalModel())))
        {
            ItemReceipt again = await service.Catalog.PutAsync(other);
            Assert.Equal(["text"], again.Modalities);
            Assert.Empty(again.Notes);
            Assert.Equal(["title: Blue lamp"], _model.Asked);
            Assert.Equal(["text"], (await service.Catalog.FindAsync("1"))!.Modalities);
        }

        await using (Service ofOtherKind = await Service.StartAsync(runs.Of("ease"), _folder.In("store.db"), _ => { })) // which encodes nothing
            Assert.Empty((await ofOtherKind.Catalog.PatchAsync("1", new JsonObject { ["title"] = "Green lamp" })).Modalities);
        await using Service later = await Start(builder => builder.UseEncoders(_model.ToLocalModel()));
        Assert.Equal(["text"], (await later.Catalog.PatchAsync("1", new JsonObject { ["hidden"] = true })).Modalities);
        Assert.Equal("title: Green lamp", _model.Asked[^1]);
    }

    [Fact]
    public async Task What_was_encoded_stays_as_long_as_what_it_is_of_does_whoever_serves()
    {
        string store = _folder.In("store.db");
        await using (Service service = await Start(builder => builder.UseEncoders(_model.ToLocalModel())))
            await service.Catalog.PutAsync(new CatalogItem("new") { Title = "Red lamp" }, new ItemContent { Image = SamplePng.Create(9) });

        await using (Service without = await Start(_ => { })) // and without the model of texts
            Assert.Equal(["image", "text"], (await without.Catalog.PatchAsync("new", new JsonObject { ["hidden"] = true })).Modalities);
        await using Service other = await Service.StartAsync(runs.Of("ease"), store, _ => { });
        Assert.Equal(["image", "text"], (await other.Catalog.PatchAsync("new", new JsonObject { ["hidden"] = false })).Modalities);
        Assert.Equal(["text"], (await other.Catalog.PutImageAsync("new", SamplePng.Create(200))).Modalities);
        Assert.Empty((await other.Catalog.PatchAsync("new", new JsonObject { ["title"] = "Blue lamp" })).Modalities);
    }

    [Fact]
    public void What_takes_texts_alone_encodes_no_images_and_what_is_of_a_file_of_texts_no_later_items()
    {
        LocalModel[] models = [_model.ToLocalModel()];
        Assert.NotNull(ItemEncoder.Open(new ModalityOrigin("text", WordModel.Name, "1", ["title"]), models, _ => null));
        Assert.Null(ItemEncoder.Open(new ModalityOrigin("image", WordModel.Name, "1", null), models, _ => null));
        Assert.Null(ItemEncoder.Open(new ModalityOrigin("seen", WordModel.Name, "1", []), models, _ => null));
    }

    [Fact]
    public async Task An_image_that_cannot_be_decoded_is_said_so()
    {
        await using Service service = await Start(_ => { });
        ItemReceipt put = await service.Catalog.PutAsync(new CatalogItem("new"), new ItemContent { Image = SamplePng.Create(9).AsMemory(0, 60) });
        Assert.Equal(ItemOutcome.Created, put.Outcome);
        Assert.Contains("The item has no 'image' features: ", put.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_at_an_address_is_not_fetched_and_that_is_said()
    {
        await using Service service = await Start(_ => { });
        var item = new CatalogItem("new") { ImageAddress = "https://shop.example/new.png" };
        Assert.Contains((await service.Catalog.PutAsync(item)).Notes, note => note.StartsWith("The item has no 'image' features: its image is at an address, from which nothing is fetched;", StringComparison.Ordinal));
        Assert.DoesNotContain((await service.Catalog.PutAsync(item, new ItemContent { Image = SamplePng.Create(9) })).Notes, note => note.Contains("address", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_encoder_that_was_fitted_gives_an_item_what_it_gave_it_among_all()
    {
        string[] texts = ["a red lamp", "a blue lamp", "a red chair of wood", "a garden chair"];
        File.WriteAllLines(_folder.In("items.jsonl"), texts.Select((text, n) => $$"""{"item":"i{{n}}","title":"Item {{n}}","description":"{{text}}"}"""));
        ItemTable table = ItemTable.Open(_folder.Path);
        var options = new EncodingOptions { Modality = "text", Encoder = EncoderChoice.Tfidf, Source = EncoderChoice.Texts };
        await new FeatureEncoding(table, new EncoderChoice("text", EncoderChoice.Tfidf, EncoderChoice.Texts), options).EncodeAsync();
        Modality all = FeatureFolder.Read(_folder.Path).Modalities.Single();

        var origin = new ModalityOrigin("text", all.Encoder, all.Version, all.Fields);
        using ItemEncoder encoder = ItemEncoder.Open(origin, [], _ => all.FittedEncoder)!;
        for (int n = 0; n < texts.Length; n++)
        {
            string text = encoder.TextOf(new Dictionary<string, string> { ["title"] = $"Item {n}", ["description"] = texts[n] })!;
            (float[]? features, string? problem) = await encoder.EncodeAsync(text, CancellationToken.None);
            Assert.Null(problem);
            Assert.Equal(all.Features.Row(n).ToArray(), features);
        }

        Assert.Null(encoder.TextOf(new Dictionary<string, string> { ["other"] = "words" }));
        Assert.NotNull((await encoder.EncodeAsync("unheard", CancellationToken.None)).Problem);
    }

    [Fact]
    public async Task Encoders_are_closed_once_their_run_serves_no_longer_and_with_the_service()
    {
        await using (Service service = await Start(builder => builder.UseEncoders(_model.ToLocalModel())))
        {
            await service.Catalog.PutAsync(new CatalogItem("new") { Title = "Red lamp" });
            await service.Catalog.PutAsync(new CatalogItem("other") { Title = "Blue lamp" });
            Store store = await service.Store;
            await store.Generations.AddAsync(new StoredGeneration("second", Train(), [], TrainedTo: 0));
            await store.Generations.CrownAsync("second");
            await service.Get<GenerationKeeper>().SyncAsync(CancellationToken.None);
            Assert.Equal((1, 0), (_model.Opened, _model.Closed));
            await service.Catalog.PutAsync(new CatalogItem("third") { Title = "Green lamp" });
            Assert.Equal((2, 1), (_model.Opened, _model.Closed));
        }

        Assert.Equal((2, 2), (_model.Opened, _model.Closed));
    }

    private Task<Service> Start(Action<ITesseraBuilder> services) => Service.StartAsync(Train(), _folder.In("store.db"), services);

    /// <summary>A run whose texts the model of words has encoded, and the histograms its images.</summary>
    private string Train()
    {
        Dataset board = LiveRuns.Board;
        var images = new Matrix(board.Items, HistogramImageEncoder.Dimensions);
        for (int item = 0; item < images.Rows; item++) HistogramImageEncoder.Encode(SamplePng.Create((byte)(item * 10)), "x").CopyTo(images.Row(item));
        Modality text = board.Modalities.Single(modality => modality.Name == "text");
        Modality[] modalities =
        [
            new("image", images) { Encoder = HistogramImageEncoder.Name, Version = HistogramImageEncoder.Version },
            new("text", text.Features) { Encoder = WordModel.Name, Version = "1", Fields = ["title", "description"] },
        ];
        var data = new Dataset("encoded", board.Train, board.Validation, board.Test, modalities);
        return runs.Train("lirdrec", data);
    }

    /// <summary>A model of texts that counts letters.</summary>
    private sealed class WordModel : IEmbeddingGenerator<string, Embedding<float>>
    {
        public const string Name = "words";

        public List<string> Asked { get; } = [];

        public int Length { get; init; } = 9;

        public int Opened { get; private set; }

        public int Closed { get; private set; }

        public LocalModel ToLocalModel() => new(Name, "1") { Texts = Open };

        private WordModel Open()
        {
            Opened++;
            return this;
        }

        public static float[] Encode(string text)
        {
            var vector = new float[9];
            foreach (byte letter in Encoding.UTF8.GetBytes(text)) vector[letter % vector.Length]++;
            return vector;
        }

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            string[] texts = [.. values];
            Asked.AddRange(texts);
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(texts.Select(text => new Embedding<float>(Encode(text).AsMemory(0, Length)))));
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() => Closed++;
    }
}
