using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Tessera.Serving.Tests.Telemetry;

public sealed class ServiceMetricsTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Requests_are_counted_timed_and_traced_without_saying_whose_they_are()
    {
        var activities = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Tessera",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activities.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        MadeUpRun.Write(_folder.In("run"), users: 20, items: 30, dimensions: 8);
        var still = new FakeTimeProvider(DateTimeOffset.UtcNow); // so that nobody looks how far it is while an event is on its way
        await using Service service = await Service.StartAsync(_folder.In("run"), _folder.In("store.db"), builder => builder.Services.AddSingleton<TimeProvider>(still));
        using var measured = new Measured(service);
        using (new Activity("test").Start())
        {
            string trace = Activity.Current!.TraceId.ToString();
            await service.Recommender.RecommendAsync(new RecommendationRequest { User = "u1" });
            await service.Recommender.RecommendAsync(new RecommendationRequest { User = "private-person" });
            await Assert.ThrowsAsync<Data.InvalidInputException>(() => service.Recommender.RecommendAsync(new RecommendationRequest { Count = 0 }));
            await service.Events.AppendAsync([Service.Like("e1", "private-person", "i1")]);
            Activity[] own = [.. activities.Where(activity => activity.TraceId.ToString() == trace)];
            Assert.Equal(
                ["tessera recommend ok", "tessera recommend ok", "tessera recommend refused", "tessera append events ok"],
                own.Select(activity => $"{activity.OperationName} {activity.GetTagItem("tessera.outcome")}"));
            Assert.DoesNotContain(own, activity => activity.TagObjects.Any(tag => tag.Value?.ToString()?.Contains("private", StringComparison.Ordinal) == true));
        }

        measured.Observe();
        Assert.Equal(2, measured.Sum("tessera.requests", "kind=recommend outcome=ok"));
        Assert.Equal(1, measured.Sum("tessera.requests", "kind=recommend outcome=refused"));
        Assert.Equal(4, measured.Count("tessera.request.duration"));
        Assert.Equal(1, measured.Sum("tessera.fallbacks", "arm=champion"));
        Assert.Equal(1, measured.Sum("tessera.ranking.passes"));
        Assert.Equal(0, measured.Sum("tessera.log.lag.entries"));
        Assert.InRange(measured.Sum("tessera.model.age"), 0, 600);
    }
}
