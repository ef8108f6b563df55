using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Encoders.Endpoints;
using Tessera.Encoders.Images;
using Tessera.Models.Tests.Live;

namespace Tessera.Serving.Tests.Catalog;

public sealed class PreviewTests(LiveRuns runs) : IClassFixture<LiveRuns>, IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_preview_tells_what_saving_comes_to_and_saves_nothing()
    {
        await using Service service = await Start("lirdrec");
        byte[] picture = SamplePng.Create(33);
        long position = service.Progress.Position;
        ItemPreview preview = await service.Catalog.PreviewAsync(new PreviewRequest { Image = picture, Count = 5 });
        Assert.Equal(["image"], preview.Modalities);
        Assert.Empty(preview.Notes);
        Assert.Equal((5, 5, "lirdrec"), (preview.Similar.Count, preview.Buyers.Count, preview.Model.Split('-')[0]));
        Assert.Equal(position, service.Progress.Position);
        Assert.Equal(24, (await service.Catalog.PageAsync(null, 100)).Count);
        Assert.DoesNotContain("preview", await service.ListOf("stranger"));

        await service.Catalog.PutAsync(new CatalogItem("new"), new ItemContent { Image = picture });
        SimilarResponse similar = await service.Recommender.FindSimilarAsync(new SimilarRequest("new") { Count = 5 });
        Assert.Equal(similar.Items, preview.Similar);
        foreach (LikelyBuyer buyer in preview.Buyers)
        {
            RecommendationResponse list = await service.Recommender.RecommendAsync(new RecommendationRequest { User = buyer.User, Count = 30 });
            Assert.Equal(buyer.Score, Assert.Single(list.Items, item => item.Id == "new").Score, 1e-5);
        }

        Assert.Equal(preview.Buyers.OrderByDescending(buyer => buyer.Score), preview.Buyers);
    }

    [Fact]
    public async Task Those_who_are_erased_are_no_buyers_and_those_who_came_since_are()
    {
        await using Service service = await Start("lirdrec");
        var request = new PreviewRequest { Image = SamplePng.Create(33), Count = 30 };
        await service.Events.AppendAsync([Service.Like("e1", "newcomer", "3"), Service.Like("e2", "newcomer", "4")]);
        await service.Events.EraseAsync("5");
        string[] buyers = [.. (await service.Catalog.PreviewAsync(request)).Buyers.Select(buyer => buyer.User)];
        Assert.Equal(24, buyers.Length); // 24 users of training, one of whom is erased, and the newcomer
        Assert.Contains("newcomer", buyers);
        Assert.DoesNotContain("5", buyers);
    }

    [Fact]
    public async Task What_the_model_cannot_tell_is_said()
    {
        await using (Service service = await Start("lirdrec"))
        {
            ItemPreview nothing = await service.Catalog.PreviewAsync(new PreviewRequest());
            Assert.Equal((0, 0), (nothing.Similar.Count, nothing.Buyers.Count));
            Assert.StartsWith("Nothing of the item is what the model was trained with", Assert.Single(nothing.Notes), StringComparison.Ordinal);
            ItemPreview words = await service.Catalog.PreviewAsync(new PreviewRequest { Title = "Lamp", Text = "red", Image = SamplePng.Create(3) });
            Assert.Equal(["The model was not trained with titles, so the title has no effect.", "The model was not trained with texts beside titles, so the text has no effect."], words.Notes);
            Assert.NotEmpty(words.Similar);
            ItemPreview broken = await service.Catalog.PreviewAsync(new PreviewRequest { Image = SamplePng.Create(9).AsMemory(0, 60) });
            Assert.Contains("The item has no 'image' features: ", broken.Notes[0], StringComparison.Ordinal);
            await Assert.ThrowsAsync<InvalidInputException>(() => service.Catalog.PreviewAsync(new PreviewRequest { Image = new byte[9] }));
            await Assert.ThrowsAsync<InvalidInputException>(() => service.Catalog.PreviewAsync(new PreviewRequest { Count = 0 }));
        }

        await using Service behavior = await Start("ease");
        ItemPreview unknown = await behavior.Catalog.PreviewAsync(new PreviewRequest { Image = SamplePng.Create(3) });
        Assert.Equal((0, 0), (unknown.Similar.Count, unknown.Buyers.Count));
        Assert.Contains("knows items by who had them alone", unknown.Notes[0], StringComparison.Ordinal);
    }

    private Task<Service> Start(string model)
    {
        Dataset board = LiveRuns.Board;
        var images = new Matrix(board.Items, HistogramImageEncoder.Dimensions);
        for (int item = 0; item < images.Rows; item++) HistogramImageEncoder.Encode(SamplePng.Create((byte)(item * 10)), "x").CopyTo(images.Row(item));
        var data = new Dataset(
            "pictures", board.Train, board.Validation, board.Test,
            [new Modality("image", images) { Encoder = HistogramImageEncoder.Name, Version = HistogramImageEncoder.Version }]);
        return Service.StartAsync(runs.Train(model, data), _folder.In($"{model}.db"));
    }
}
