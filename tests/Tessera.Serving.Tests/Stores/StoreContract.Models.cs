using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_key_opens_its_namespace_until_it_is_revoked()
    {
        (AccessKey key, string secret) = await Database.Keys.CreateAsync(Store, "till 1", KeyScopes.Read | KeyScopes.Write);
        (AccessKey other, _) = await Database.Keys.CreateAsync(Store, "till 2", KeyScopes.Admin);

        Assert.Equal(new AccessKey(key.Id, Store.Name, "till 1", KeyScopes.Read | KeyScopes.Write, Clock.Now, null), key);
        Assert.Matches("^tessera_[A-Za-z0-9_-]{43}$", secret);
        Assert.True(KeyStore.IsSecret(secret));
        foreach (string none in new[] { "", "tessera_", secret[..^1], secret + "A", secret[8..], secret.Replace("tessera_", "tesserA_", StringComparison.Ordinal), secret[..^1] + "!" })
            Assert.False(KeyStore.IsSecret(none), none);
        Assert.Equal(key, await Database.Keys.FindAsync(secret));
        Assert.Null(await Database.Keys.FindAsync(secret + "x"));
        Assert.Equal([key, other], (await Database.Keys.ListAsync(Store)).OrderBy(one => one.Name));

        Store elsewhere = await Database.OpenAsync(NewName());
        Assert.False(await Database.Keys.RevokeAsync(elsewhere, key.Id));
        Assert.True(await Database.Keys.RevokeAsync(Store, key.Id));
        Assert.False(await Database.Keys.RevokeAsync(Store, key.Id));
        Assert.Null(await Database.Keys.FindAsync(secret));
        Assert.Equal(Clock.Now, (await Database.Keys.ListAsync(Store)).Single(one => one.Id == key.Id).Revoked);
    }

    [Fact]
    public async Task Recommendations_are_found_until_they_are_dropped()
    {
        var early = new Recommended("r1", null, "champion", "g1", ["i1", "i 2"], Clock.Now);
        Recommended late = early with { Id = "r2", User = "u1", Time = Clock.Now.AddDays(40) };
        await Store.Recommendations.AddAsync([late, early]);
        await Store.Recommendations.AddAsync([early with { Arm = "challenger" }]);

        Recommended? found = await Store.Recommendations.FindAsync("r1");
        Assert.Equal(["i1", "i 2"], found!.Items);
        Assert.Equal(early, found with { Items = early.Items });
        Assert.Equal(1, await Store.Recommendations.DropAsync(Clock.Now.AddDays(30), limit: 10));
        Assert.Null(await Store.Recommendations.FindAsync("r1"));
        Assert.Equal("u1", (await Store.Recommendations.FindAsync("r2"))!.User);
    }

    [Fact]
    public async Task Old_recommendations_are_dropped_some_at_a_time_the_earliest_first()
    {
        await Store.Recommendations.AddAsync(
            [.. Enumerable.Range(0, 5).Select(day => new Recommended($"r{9 - day}", null, "champion", "g1", ["i1"], Clock.Now.AddDays(day)))]);
        DateTimeOffset before = Clock.Now.AddDays(3);
        Assert.Equal(2, await Store.Recommendations.DropAsync(before, limit: 2));
        Assert.Null(await Store.Recommendations.FindAsync("r8"));
        Assert.NotNull(await Store.Recommendations.FindAsync("r7"));
        Assert.Equal(1, await Store.Recommendations.DropAsync(before, limit: 2));
        Assert.NotNull(await Store.Recommendations.FindAsync("r6"));
    }

    [Fact]
    public async Task One_generation_is_champion_and_one_challenger_and_a_rollback_is_the_same_call()
    {
        foreach (string id in new[] { "g1", "g2", "g3" })
        {
            Clock.Now += TimeSpan.FromHours(1);
            await Store.Generations.AddAsync(new StoredGeneration(id, $"/runs/{id}", new JsonObject { ["ndcg@20"] = 0.0512 }, 77));
        }

        Assert.Equal("g3 g2 g1", string.Join(' ', (await Store.Generations.ListAsync()).Select(one => one.Id)));
        await Expect("Candidate Candidate Candidate");
        Assert.True(await Store.Generations.CrownAsync("g1"));
        Assert.True(await Store.Generations.ChallengeAsync("g2", 0.25));
        await Expect("Champion Challenger:0.25 Candidate");
        Assert.True(await Store.Generations.ChallengeAsync("g3", 0.5));
        await Expect("Champion Retired Challenger:0.5");
        Assert.True(await Store.Generations.CrownAsync("g3"));
        await Expect("Retired Retired Champion");
        Assert.True(await Store.Generations.CrownAsync("g1"));
        await Expect("Champion Retired Retired");
        Assert.True(await Store.Generations.ChallengeAsync("g3", 1));
        Assert.False(await Store.Generations.ChallengeAsync("g1", 0.5)); // or there would be no champion
        await Expect("Champion Retired Challenger:1");
        Assert.True(await Store.Generations.EndTrialAsync());
        await Expect("Champion Retired Retired");
        Assert.False(await Store.Generations.EndTrialAsync());
        await Expect("Champion Retired Retired");
        Assert.False(await Store.Generations.CrownAsync("nothing"));
        await Expect("Champion Retired Retired");

        await Assert.ThrowsAsync<InvalidInputException>(() => Store.Generations.ChallengeAsync("g3", 1.1));
        await Assert.ThrowsAsync<InvalidInputException>(() => Store.Generations.ChallengeAsync("g3", double.NaN));
        await Assert.ThrowsAsync<InvalidInputException>(() => Store.Generations.AddAsync(new StoredGeneration("g1", "/", [], 0)));
        StoredGeneration first = (await Store.Generations.ListAsync())[^1];
        Assert.Equal(("/runs/g1", 77, Clock.Now.AddHours(-2), """{"ndcg@20":0.0512}"""), (first.Folder, first.TrainedTo, first.Created, first.Metrics.ToJsonString()));
        AppendResult end = await Store.Events.AppendAsync([Event("end")]);
        Assert.Equal(7, (await LogAsync(end.Position)).OfType<LogEntry.ModelsChanged>().Count());

        async Task Expect(string states) => Assert.Equal(states, string.Join(' ',
            from one in await Store.Generations.ListAsync()
            orderby one.Id
            select one.Traffic > 0 ? FormattableString.Invariant($"{one.State}:{one.Traffic}") : $"{one.State}"));
    }

    [Fact]
    public async Task A_job_goes_on_until_it_succeeds_or_fails()
    {
        (Job job, bool isNew) = await Store.Jobs.AddAsync("train");
        Assert.Equal((true, new Job(job.Id, "train", JobState.Waiting, 0, null, null, Clock.Now, Clock.Now)), (isNew, job));
        DateTimeOffset created = Clock.Now;
        Clock.Now += TimeSpan.FromMinutes(1);
        Assert.True(await Store.Jobs.ReportAsync(job.Id, 0.5));
        Assert.Equal(new Job(job.Id, "train", JobState.Running, 0.5, null, null, created, Clock.Now), await Store.Jobs.FindAsync(job.Id));
        Assert.True(await Store.Jobs.SucceedAsync(job.Id, "g7"));
        Assert.False(await Store.Jobs.FailAsync(job.Id, "too late"));
        Assert.Equal(new Job(job.Id, "train", JobState.Succeeded, 1, "g7", null, created, Clock.Now), await Store.Jobs.FindAsync(job.Id));

        Clock.Now += TimeSpan.FromMinutes(1);
        Job lost = (await Store.Jobs.AddAsync("import")).Job;
        Clock.Now += TimeSpan.FromMinutes(1);
        Job alive = (await Store.Jobs.AddAsync("import")).Job;
        Assert.Equal(0, await Store.Jobs.AbandonAsync("train", Clock.Now, "Its process is gone."));
        Assert.Equal(1, await Store.Jobs.AbandonAsync("import", Clock.Now, "Its process is gone."));
        Assert.Equal((JobState.Failed, "Its process is gone."), ((await Store.Jobs.FindAsync(lost.Id))!.State, (await Store.Jobs.FindAsync(lost.Id))!.Error));
        Assert.Equal((true, false, false), (await Store.Jobs.ReviveAsync(lost.Id), await Store.Jobs.ReviveAsync(alive.Id), await Store.Jobs.ReviveAsync(job.Id)));
        Assert.Equal((JobState.Running, null), ((await Store.Jobs.FindAsync(lost.Id))!.State, (await Store.Jobs.FindAsync(lost.Id))!.Error));
        Assert.Equal([alive.Id, lost.Id, job.Id], (await Store.Jobs.ListAsync(10)).Select(one => one.Id));
        Assert.Null(await Store.Jobs.FindAsync("nothing"));
    }

    [Fact]
    public async Task A_request_that_comes_again_gets_the_same_job()
    {
        (Job Job, bool IsNew)[] jobs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store.Jobs.AddAsync("train", "key-1"))));
        Assert.Single(jobs, one => one.IsNew);
        Assert.Single(jobs.Select(one => one.Job.Id).Distinct());
        Assert.True((await Store.Jobs.AddAsync("import", "key-1")).IsNew);
        Assert.True((await Store.Jobs.AddAsync("train", "key-2")).IsNew);
    }
}
