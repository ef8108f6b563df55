using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Data;
using Tessera.Models.Tests.Live;
using Tessera.Serving.Retraining;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Retraining;

/// <summary>Trainings by the command in a process of its own, whatever the database.</summary>
public abstract class RetrainingContract : IDisposable
{
    /// <summary>A second of training or two, with a checkpoint after each epoch.</summary>
    private const string Long = """{"epochs":100,"evaluateEvery":100}""";

    private readonly string _namespace = $"test-{Guid.NewGuid():N}";

    private protected RetrainedShop Shop { get; } = new();

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Shop.Dispose();
    }

    private protected abstract void Use(ITesseraBuilder builder);

    private protected Task<Service> StartAsync(TrainingCommand? command = null) => Shop.StartAsync(
        builder =>
        {
            Use(builder);
            if (command is not null) builder.Services.AddSingleton(command);
        },
        ("Tessera:Namespace", _namespace));

    [Fact]
    public async Task The_next_generation_knows_what_happened_and_takes_the_place_of_the_champion()
    {
        Shop.Train();
        await using Service service = await StartAsync();
        await service.Catalog.PutAsync(new CatalogItem("new") { Title = "A lamp" }, new ItemContent { Vectors = LiveRuns.Like("new", 3).Features.ToDictionary() });
        await service.Events.AppendAsync(
        [
            Service.Like("e1", "somebody", "i0"), Service.Like("e2", "somebody", "new"), Service.Like("e3", "somebody", "i2"),
            Service.Like("e4", "session", "new"), Service.Like("e5", "u5", "new"), Service.Like("e6", "u3", "new", type: "view"),
            Service.Like("e7", "u3", "nobody has put this"),
        ]);
        await service.Events.MergeAsync("session", "u2");
        await service.Events.MergeAsync("u9", "u8");
        await service.Events.EraseAsync("u5");
        await service.Catalog.DeleteAsync("i7");
        Store store = await service.Store;

        JsonObject result = await RetrainedShop.TrainNext(service);

        string name = (string)result["generation"]!;
        Assert.True((bool)result["crowned"]!, result.ToJsonString());
        Assert.Equal("Recall@1", (string)result["metric"]!);
        Assert.InRange((double)result["validation"]!, (double)result["championValidation"]!, 1);
        IReadOnlyList<StoredGeneration> generations = await store.Generations.ListAsync();
        Assert.Equal([(name, GenerationState.Champion), ("shop", GenerationState.Retired)], generations.Select(one => (one.Id, one.State)));
        Assert.Equal((double)result["validation"]!, (double)generations[0].Metrics["validation"]!);
        Assert.True(generations[0].TrainedTo > 0);

        Dataset data = Shop.DataOf(name);
        Assert.Equal([.. RetrainedShop.Board.UserIds!.Except(["u5", "u9"]), "somebody"], data.UserIds!.OrderBy(Order));
        Assert.Equal([.. RetrainedShop.Board.ItemIds!.Except(["i7"]), "new"], data.ItemIds);
        Assert.Equal("A lamp", data.ItemTitles.Value![data.ItemIds!.Count - 1]);
        Assert.Equal(LiveRuns.Like("new", 3).Features["text"], data.Modalities.Single(one => one.Name == "text").Features.Row(data.Items - 1).ToArray());
        Assert.Equal(0, data.Test.Count);
        Assert.Contains("new", ItemsOf(data, "u2"));
        Assert.DoesNotContain("new", ItemsOf(data, "u3"));
        Assert.Equal(["i0", "i2", "new"], ItemsOf(data, "somebody").Order());
        Assert.Superset(ItemsOf(RetrainedShop.Board, "u9").Except(["i7"]).ToHashSet(), ItemsOf(data, "u8").ToHashSet());
        Assert.Null(Shop.Unfinished);

        await RetrainedShop.Until(() => service.Served.Current!.Champion.Name == name);
        Assert.Equal(name, (await service.Recommender.RecommendAsync(new RecommendationRequest { User = "u2", Count = 3 })).Model);
        Assert.True(await store.Generations.CrownAsync("shop")); // back
        await RetrainedShop.Until(() => service.Served.Current!.Champion.Name == "shop");
    }

    [Fact]
    public async Task A_generation_that_is_worse_stays_a_candidate()
    {
        string good = Path.Combine(Shop.Runs, "good");
        RetrainedShop.Train(good, "{}", from: null);
        Shop.Train("""{"epochs":1,"evaluateEvery":1,"learningRate":1e-7}""", from: good); // so the next one starts from nothing and learns nothing
        await using Service service = await StartAsync();
        JsonObject result = await RetrainedShop.TrainNext(service);
        Assert.False((bool)result["crowned"]!);
        Assert.True((double)result["validation"]! < (double)result["championValidation"]!, result.ToJsonString());
        Assert.EndsWith("so the new generation stays a candidate.", (string)result["note"]!, StringComparison.Ordinal);
        Assert.Equal(
            [((string)result["generation"]!, GenerationState.Candidate), ("shop", GenerationState.Champion)],
            (await (await service.Store).Generations.ListAsync()).Select(one => (one.Id, one.State)));
    }

    [Fact]
    public async Task A_training_that_was_stopped_is_gone_on_with_at_the_next_start()
    {
        Shop.Train(Long);
        string name, first, lost;
        await using (Service service = await StartAsync())
        {
            first = (await service.Get<Retrainer>().RequestAsync("once")).Id;
            await RetrainedShop.Until(() => Shop.Epochs() >= 3);
            name = Shop.Unfinished!.Plan!.Name;
            Store store = await service.Store;
            Assert.Null(await store.TryLockTrainingAsync());
            await service.Host.StopAsync();
            Job stopped = (await store.Jobs.FindAsync(first))!;
            Assert.Equal((JobState.Failed, "The service was stopped before the training was done; its next start goes on with it."), (stopped.State, stopped.Error));
            lost = (await store.Jobs.AddAsync(Retrainer.Kind)).Job.Id; // what a killed process leaves
            await store.Jobs.ReportAsync(lost, 0.3);
        }

        int done = Shop.Epochs();
        await using Service again = await StartAsync();
        Job left = await RetrainedShop.EndOf(again, lost);
        Assert.Matches("^The process that trained ended before it was done; job [0-9a-f]{16} goes on with it, or begins anew.$", left.Error);
        Job next = await RetrainedShop.EndOf(again, left.Error!.Split(' ')[10]);
        Assert.True(next.State == JobState.Succeeded, next.Error);
        Assert.Equal(name, (string)JsonNode.Parse(next.Result!)!["generation"]!);
        string[] epochs = File.ReadAllLines(Path.Combine(Shop.Runs, name, "epochs.jsonl"));
        Assert.Equal(100, epochs.Length);
        Assert.InRange(done, 3, 99);
        Assert.Equal(first, (await again.Get<Retrainer>().RequestAsync("once")).Id);
    }

    [Fact]
    public async Task Of_two_services_on_one_database_one_trains_and_both_serve_what_comes_of_it()
    {
        Shop.Train();
        await using Service one = await StartAsync(), other = await StartAsync();
        Job[] jobs = await Task.WhenAll(one.Get<Retrainer>().RequestAsync("k"), other.Get<Retrainer>().RequestAsync("k"));
        Assert.Equal(jobs[0].Id, jobs[1].Id);
        Job done = await RetrainedShop.EndOf(one, jobs[0].Id);
        Assert.True(done.State == JobState.Succeeded, done.Error);
        string name = (string)JsonNode.Parse(done.Result!)!["generation"]!;
        await RetrainedShop.Until(() => one.Served.Current!.Champion.Name == name && other.Served.Current!.Champion.Name == name);
        Assert.Equal(2, (await (await one.Store).Generations.ListAsync()).Count);
        Assert.Single(await (await one.Store).Jobs.ListAsync(10));
    }

    private static (int, string) Order(string user) => (user.Length, user);

    private static IEnumerable<string> ItemsOf(Dataset data, string user)
    {
        int number = data.UserIds!.ToList().IndexOf(user);
        return new[] { data.Train, data.Validation, data.Test }.SelectMany(split => split.ItemsOf(number).ToArray()).Select(data.ItemId);
    }
}
