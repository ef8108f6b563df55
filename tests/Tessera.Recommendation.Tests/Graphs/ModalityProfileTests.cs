using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Recommendation.Graphs;

namespace Tessera.Recommendation.Tests.Graphs;

public sealed class ModalityProfileTests : IDisposable
{
    private readonly Device _device = new(threads: 2);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Norms_and_cosines_are_those_of_the_definition_and_missing_rows_do_not_count()
    {
        Modality modality = Features.Gaussian("text", 41, 5, seed: 2, missing: [3, 17]);
        int[] items = [.. Enumerable.Range(0, 41).Except([3, 17])];
        double[] norms = [.. items.Select(item => Math.Sqrt(modality.Features.Row(item).ToArray().Sum(value => (double)value * value))).Order()];
        double cosine = items.SelectMany(a => items.Where(b => b > a).Select(b => Features.Cosine(modality, a, b))).Average();

        ModalityProfile profile = Assert.Single(ModalityProfile.Of([modality], Interactions.FromPairs(1, 41, []), _device));

        Assert.Equal(("text", 39), (profile.Name, profile.SampledItems));
        Assert.Equal((norms[0], norms[19], norms[^1]), (profile.MinNorm, profile.MedianNorm, profile.MaxNorm));
        Assert.Equal(cosine, profile.MeanCosine, 1e-9);
        Assert.Null(profile.NeighborLift);
    }

    [Fact]
    public void The_lift_is_how_much_more_often_nearest_items_share_a_user()
    {
        // Four groups of five items that look alike; users 0 to 3 have the items of one group each, but for its last one: it is cold.
        var features = new Matrix(20, 4);
        for (int item = 0; item < 20; item++)
        {
            features[item, item / 5] = 1;
            features[item, ((item / 5) + 1) % 4] = 0.01f * (item % 5);
        }

        Interactions train = Interactions.FromPairs(4, 20, Enumerable.Range(0, 20).Where(item => item % 5 < 4).Select(item => (item / 5, item)));

        ModalityProfile profile = Assert.Single(ModalityProfile.Of([new Modality("image", features)], train, _device));

        // Of the 16 items with users, each one's nearest shares its user; of all 120 pairs, 4 times 6 do.
        Assert.Equal(1 / (24 / 120d), profile.NeighborLift!.Value, 1e-12);
        Assert.Empty(ModalityProfile.Notices([profile]));
    }

    [Fact]
    public void Features_that_say_nothing_have_no_lift_and_the_sample_is_bounded()
    {
        var rng = new Rng(5);
        Interactions train = Interactions.FromPairs(400, 3000, Enumerable.Range(0, 60_000).Select(_ => (rng.Next(400), rng.Next(3000))));
        Modality noise = Features.Gaussian("noise", 3000, 8, seed: 6);

        ModalityProfile first = Assert.Single(ModalityProfile.Of([noise], train, _device)), second = Assert.Single(ModalityProfile.Of([noise], train, _device));

        Assert.Equal(first, second);
        Assert.Equal(2000, first.SampledItems);
        Assert.Equal(1, first.NeighborLift!.Value, 0.1);
        Assert.Equal(0, first.MeanCosine, 0.01);
    }

    [Fact]
    public void Rows_that_are_alike_and_scales_that_differ_are_named()
    {
        Modality text = Features.Gaussian("text", 30, 16, seed: 3), audio = Features.Gaussian("audio", 30, 16, seed: 4);
        foreach (ref float value in audio.Features.Span) value = (value + 10) * 20;

        IReadOnlyList<ModalityProfile> profiles = ModalityProfile.Of([audio, text], Interactions.FromPairs(1, 30, []), _device);

        string[] notices = [.. ModalityProfile.Notices(profiles)];
        Assert.Equal(2, notices.Length);
        Assert.StartsWith("The rows of audio are nearly all alike (mean cosine 0.99)", notices[0], StringComparison.Ordinal);
        Assert.Matches(@"^The rows of audio are \d{3} times as long as those of text", notices[1]);
        Assert.Empty(ModalityProfile.Notices([profiles[1]]));
        Assert.Empty(ModalityProfile.Notices([]));
    }

    [Fact]
    public void Features_too_small_for_a_nearest_item_have_no_lift()
    {
        var features = Matrix.From(new[,] { { 1e-40f, 0 }, { 0, 1e-40f }, { 1e-40f, 1e-40f } });
        ModalityProfile profile = Assert.Single(
            ModalityProfile.Of([new Modality("text", features)], Interactions.FromPairs(1, 3, [(0, 0), (0, 1), (0, 2)]), _device));
        Assert.Equal(1e-40, profile.MedianNorm, 1e-44);
        Assert.Null(profile.NeighborLift);
    }

    [Fact]
    public void A_modality_of_one_item_has_no_profile() =>
        Assert.Empty(ModalityProfile.Of([Features.Gaussian("text", 3, 2, seed: 3, missing: [0, 2])], Interactions.FromPairs(1, 3, []), _device));

    [Fact]
    public void Audio_of_last_fm_is_alike_and_long()
    {
        Dataset data = DatasetReader.Read(PublishedData.Find("lastfm"));

        IReadOnlyList<ModalityProfile> profiles = ModalityProfile.Of(data.Modalities, data.Train, _device);

        ModalityProfile audio = profiles.Single(profile => profile.Name == "audio"), text = profiles.Single(profile => profile.Name == "text");
        Assert.Equal((1472, 0.97, 1.85), (Math.Round(audio.MedianNorm), Math.Round(audio.MeanCosine, 2), Math.Round(audio.NeighborLift!.Value, 2)));
        Assert.Equal((1, 0.50, 3.84), (Math.Round(text.MedianNorm, 3), Math.Round(text.MeanCosine, 2), Math.Round(text.NeighborLift!.Value, 2)));
        Assert.Equal(3, ModalityProfile.Notices(profiles).Count());
    }
}
