using Tessera.Data;
using Tessera.Serving.Generations;

namespace Tessera.Serving.Tests.Generations;

public sealed class ServedGenerationsTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public ServedGenerationsTests() => MadeUpRun.Write(_folder.Path, users: 20, items: 300, dimensions: 16);

    [Fact]
    public async Task Many_threads_use_what_is_swapped_under_them_and_the_last_one_out_disposes()
    {
        const int Swaps = 60;
        using var served = new ServedGenerations();
        var all = new List<OpenGeneration> { Open("0") };
        served.Serve(all[0]);
        float expected = Sum(all[0]);
        using var stop = new CancellationTokenSource();
        int leases = 0;
        Task[] readers = [.. Enumerable.Range(0, 4).Select(reader => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                using GenerationLease lease = served.Lease($"user-{reader}");
                Assert.False(lease.Generation.IsGone);
                Assert.Equal(expected, Sum(lease.Generation));
                Assert.False(lease.Generation.IsGone);
                Interlocked.Increment(ref leases);
            }
        }))];
        for (int swap = 1; swap <= Swaps; swap++)
        {
            all.Add(Open($"{swap}"));
            if (swap % 3 == 0) served.Serve(all[^2], all[^1], 0.5); // what was served goes on as champion
            else served.Serve(all[^1]);
            SpinWait.SpinUntil(() => Volatile.Read(ref leases) > swap);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal([.. all.Where(generation => !generation.IsGone)], new[] { served.Current!.Champion, served.Current.Challenger }.OfType<OpenGeneration>());
        served.Dispose();
        Assert.All(all, generation => Assert.True(generation.IsGone));
        Assert.Throws<NoModelException>(() => served.Lease(null));
    }

    [Fact]
    public void A_lease_keeps_a_generation_that_is_served_no_longer()
    {
        using var served = new ServedGenerations();
        OpenGeneration first = Open("first"), second = Open("second");
        served.Serve(first);
        GenerationLease lease = served.Lease(null);
        served.Serve(second);
        Assert.False(first.IsGone);
        Sum(lease.Generation);
        lease.Dispose();
        lease.Dispose(); // once is enough, twice does no harm
        Assert.True(first.IsGone);
        Assert.Throws<ObjectDisposedException>(() => first.Live);
        Assert.Throws<ObjectDisposedException>(() => served.Serve(first));
        Assert.False(second.IsGone);
    }

    [Fact]
    public void A_user_stays_with_an_arm_a_greater_share_keeps_whom_it_had_and_who_has_no_id_is_the_champions()
    {
        using var served = new ServedGenerations();
        served.Serve(Open("champion"), Open("challenger"), 0.1);
        Arms tenth = served.Current!, third = tenth with { Share = 1 / 3.0 }, none = tenth with { Share = 0 }, all = tenth with { Share = 1 };
        string[] users = [.. Enumerable.Range(0, 10_000).Select(n => $"user-{n}")];
        Assert.InRange(users.Count(tenth.IsChallengers), 900, 1100);
        Assert.InRange(users.Count(third.IsChallengers), 3200, 3470);
        Assert.All(users.Where(tenth.IsChallengers), user => Assert.True(third.IsChallengers(user)));
        Assert.Equal((0, users.Length), (users.Count(none.IsChallengers), users.Count(all.IsChallengers)));
        Assert.False(all.IsChallengers(null));
        Assert.Equal([11, 20, 33, 37], Enumerable.Range(0, users.Length).Where(n => tenth.IsChallengers(users[n])).Take(4)); // on every machine, in every process

        string user = users.First(tenth.IsChallengers);
        using GenerationLease theirs = served.Lease(user), pinned = served.Lease(user, "champion"), gone = served.Lease(user, "an earlier one");
        Assert.Equal(("challenger", "champion", "challenger"), (theirs.Arm, pinned.Arm, gone.Arm));
        Assert.Equal("challenger", served.Lease(null, "challenger").Generation.Name);
    }

    [Fact]
    public void One_that_is_served_can_be_chosen_by_its_arm_or_name_and_is_no_arm_then()
    {
        using var served = new ServedGenerations();
        Assert.Throws<NoModelException>(() => served.LeaseChosen("champion"));
        served.Serve(Open("old"));
        Assert.Contains("The model 'challenger' is not served; expected champion", Assert.Throws<InvalidInputException>(() => served.LeaseChosen("challenger")).Message, StringComparison.Ordinal);
        served.Serve(served.Current!.Champion, Open("new"), 0);
        foreach ((string model, string name) in new[] { ("champion", "old"), ("challenger", "new"), ("old", "old"), ("new", "new") })
        {
            using GenerationLease lease = served.LeaseChosen(model);
            Assert.Equal((name, null), (lease.Generation.Name, lease.Arm));
        }

        Assert.Contains("with traffic 0", Assert.Throws<InvalidInputException>(() => served.LeaseChosen("older")).Message, StringComparison.Ordinal);
        GenerationLease last = served.LeaseChosen("new");
        served.Serve(served.Current!.Champion);
        Assert.False(last.Generation.IsGone);
        last.Dispose();
        Assert.True(last.Generation.IsGone);
    }

    [Fact]
    public void What_cannot_be_served_is_refused()
    {
        using var served = new ServedGenerations();
        OpenGeneration one = Open("one");
        Assert.Throws<ArgumentException>(() => served.Serve(one, one, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => served.Serve(one, null, 1.5));
        Assert.Null(served.Current);
        served.Serve(one);
    }

    public void Dispose() => _folder.Dispose();

    private OpenGeneration Open(string name) => Shop.Open(_folder.Path, name).Generation;

    /// <summary>A sum over vectors that lie in memory which is gone with the generation.</summary>
    private static float Sum(OpenGeneration generation)
    {
        float sum = 0;
        foreach (float value in generation.Live.Current.ItemVectors.Span) sum += value;
        return sum;
    }
}
