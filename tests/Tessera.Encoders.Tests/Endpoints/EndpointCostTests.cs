using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Tests.Endpoints;

public sealed class EndpointCostTests
{
    private readonly SetClock _clock = new();

    [Fact]
    public async Task Requests_under_way_together_are_timed_once()
    {
        var cost = new EndpointCost(_clock);
        TaskCompletionSource<int> first = new(), second = new();
        Task<int> one = cost.TimeAsync(() => first.Task);
        _clock.Seconds = 2;
        Task<int> other = cost.TimeAsync(() => second.Task);
        _clock.Seconds = 5;
        first.SetResult(1);
        Assert.Equal(1, await one);
        _clock.Seconds = 6;
        second.SetException(new InvalidOperationException());
        await Assert.ThrowsAsync<InvalidOperationException>(() => other);
        _clock.Seconds = 100;
        Assert.Equal(6, cost.Time.TotalSeconds);
        await cost.TimeAsync(() => Task.FromResult(0));
        Assert.Equal(6, cost.Time.TotalSeconds);
    }

    [Fact]
    public void Tokens_are_added_while_every_answer_counts_them()
    {
        var cost = new EndpointCost(_clock);
        Assert.Equal((0, null, null), (cost.Contents, cost.PromptTokens, cost.CompletionTokens));
        cost.Add(2, 10, 3);
        cost.Add(1, 5, 4);
        Assert.Equal((3, 15, 7), (cost.Contents, cost.PromptTokens, cost.CompletionTokens));
        cost.Add(1, 5, 0);
        Assert.Equal((4, 20, null), (cost.Contents, cost.PromptTokens, cost.CompletionTokens));
    }

    private sealed class SetClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
