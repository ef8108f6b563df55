using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Tessera.Data;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Retraining;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Retraining;

public sealed class RetrainerTests : IDisposable
{
    private readonly RetrainedShop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task A_training_begins_every_so_often_and_old_generations_go()
    {
        _shop.Train("""{"epochs":1,"evaluateEvery":1}""");
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using Service service = await _shop.StartAsync(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Services.Configure<TesseraOptions>(options => options.RetrainEvery = TimeSpan.FromHours(1));
        });
        Store store = await service.Store;
        for (int old = 0; old <= GenerationMaker.Kept; old++)
        {
            string folder = Path.Combine(_shop.Runs, $"old-{old}");
            Directory.CreateDirectory(folder);
            new TrainingPlan($"old-{old}", TrainingFolder.IdentityOf(store), "shop", 0, []).Write(folder);
            time.Advance(TimeSpan.FromSeconds(1));
            await store.Generations.AddAsync(new StoredGeneration($"old-{old}", folder, [], 0));
        }

        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Empty(await store.Jobs.ListAsync(10));
        time.Advance(TimeSpan.FromMinutes(1));
        await RetrainedShop.Until(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(500)); // timers tick
            return store.Jobs.ListAsync(10).GetAwaiter().GetResult() is [{ State: JobState.Succeeded or JobState.Failed }];
        });
        Job job = (await store.Jobs.ListAsync(10))[0];
        Assert.True(job.State == JobState.Succeeded, job.Error);
        IReadOnlyList<StoredGeneration> kept = await store.Generations.ListAsync();
        string[] names = [.. kept.Select(one => one.Id)];
        Assert.Equal(["old-3", "old-2", "old-1", "shop"], names.Except([(string)JsonNode.Parse(job.Result!)!["generation"]!]));
        Assert.Equal(kept.Select(one => one.Folder).Order(), Directory.GetDirectories(_shop.Runs).Order());
    }

    [Fact]
    public async Task A_training_that_outlived_its_service_is_waited_for()
    {
        string run = Path.Combine(_shop.Runs, "shop.training", "run");
        var folder = new TrainingFolder(Path.GetDirectoryName(run)!);
        RetrainedShop.Train(run, """{"epochs":4,"evaluateEvery":4}""", from: null);
        string metrics = File.ReadAllText(new RunDirectory(run).MetricsFile);
        File.Delete(new RunDirectory(run).MetricsFile);
        var reached = new TaskCompletionSource<double>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task training;
        using (new RunDirectory(run).Lock())
        {
            training = new TrainingProcess(new TrainingCommand("no-such-command", []), TimeProvider.System).RunAsync(
                folder, epochs: 8, done => Task.FromResult(reached.TrySetResult(done)), CancellationToken.None);
            Assert.Equal(0, await reached.Task);
            Assert.False(training.IsCompleted);
            File.WriteAllText(new RunDirectory(run).MetricsFile, metrics);
        }

        await training;
    }

    [Fact]
    public async Task Nothing_is_trained_where_nothing_is_new()
    {
        _shop.Train("""{"epochs":1,"evaluateEvery":1}""");
        await using Service service = await _shop.StartAsync();
        string first = (string)(await RetrainedShop.TrainNext(service))["generation"]!; // the likes of test are new
        Assert.True(await (await service.Store).Generations.CrownAsync(first));
        JsonObject again = await RetrainedShop.TrainNext(service);
        Assert.Equal($"Nothing has changed since generation '{first}' was trained, so there is nothing new to learn.", (string)again["note"]!);
        Assert.Equal(2, (await (await service.Store).Generations.ListAsync()).Count);
        Assert.Null(_shop.Unfinished);
    }

    [Theory]
    [InlineData("sh", "echo No room is left. >&2; exit 3", "The training ended with code 3: No room is left.")]
    [InlineData("no-such-command", "", "The command 'no-such-command', which trains, cannot be started (")]
    public async Task A_training_that_fails_says_why_and_leaves_nothing(string file, string script, string reason)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh.");
        _shop.Train("""{"epochs":1,"evaluateEvery":1}""");
        await using Service service = await _shop.StartAsync(builder => builder.Services.AddSingleton(new TrainingCommand(file, ["-c", script])));
        Job job = await RetrainedShop.EndOf(service, (await service.Get<Retrainer>().RequestAsync()).Id);
        Assert.Equal(JobState.Failed, job.State);
        Assert.StartsWith(reason, job.Error, StringComparison.Ordinal);
        Assert.Null(_shop.Unfinished);
    }

    [Fact]
    public async Task Without_the_data_of_the_run_a_training_says_where_they_are_expected()
    {
        _shop.Train("""{"epochs":1,"evaluateEvery":1}""");
        string elsewhere = Path.Combine(_shop.Runs, "data");
        Directory.Move(TrainingFolder.DataOf(_shop.Run), elsewhere);
        await using (Service service = await _shop.StartAsync())
        {
            Job job = await RetrainedShop.EndOf(service, (await service.Get<Retrainer>().RequestAsync()).Id);
            Assert.EndsWith("expected it there, or for the run of the settings in the folder that Tessera:Data names.", job.Error, StringComparison.Ordinal);
        }

        await using Service told = await _shop.StartAsync(null, ("Tessera:Data", elsewhere));
        Assert.NotNull((await RetrainedShop.TrainNext(told))["generation"]);
    }

    [Fact]
    public async Task The_data_in_the_folder_of_the_run_count_before_those_of_the_settings()
    {
        _shop.Train("""{"epochs":1,"evaluateEvery":1}""");
        await using Service service = await _shop.StartAsync(null, ("Tessera:Data", Path.Combine(_shop.Runs, "gone")));
        Assert.NotNull((await RetrainedShop.TrainNext(service))["generation"]);
    }

    [Fact]
    public async Task A_user_who_is_erased_makes_an_interrupted_training_begin_anew()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh.");
        _shop.Train("""{"epochs":1,"evaluateEvery":1}""");
        await using (Service service = await _shop.StartAsync(builder => builder.Services.AddSingleton(new TrainingCommand("sh", ["-c", "sleep 600"]))))
        {
            await service.Get<Retrainer>().RequestAsync();
            await RetrainedShop.Until(() => _shop.Unfinished?.Plan is not null);
            await service.Events.EraseAsync("u5");
        }

        Assert.Contains("u5", DatasetReaderOf(_shop.Unfinished!.Data).UserIds!);
        await using Service again = await _shop.StartAsync();
        Store store = await again.Store;
        await RetrainedShop.Until(() => store.Generations.ListAsync().GetAwaiter().GetResult().Count == 2);
        Assert.DoesNotContain("u5", _shop.DataOf((await store.Generations.ListAsync())[0].Id).UserIds!);
    }

    [Fact]
    public async Task What_has_low_priority_and_the_processes_that_it_starts_come_last()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere priority is another thing.");
        var cat = new ProcessStartInfo("cat", "/proc/self/stat") { RedirectStandardOutput = true };
        const int niceness = 18; // its place in what proc(5) says of a process
        string[] low = await StatusOf(await LowPriority.RunAsync(() => Process.Start(cat)!)), usual = await StatusOf(Process.Start(cat)!);
        Assert.Equal("19", low[niceness]);
        Assert.NotEqual("19", usual[niceness]);
        InvalidInputException failure = await Assert.ThrowsAsync<InvalidInputException>(() => LowPriority.RunAsync<int>(() => throw new InvalidInputException("x")));
        Assert.Equal("x", failure.Message);

        static async Task<string[]> StatusOf(Process process)
        {
            using (process) return (await process.StandardOutput.ReadToEndAsync()).Split(' ');
        }
    }

    private static Dataset DatasetReaderOf(string folder) => Data.DatasetFolder.DatasetReader.Read(folder);
}
