using Microsoft.Extensions.Time.Testing;
using Tessera.Serving.Following;

namespace Tessera.Serving.Tests.Following;

public sealed class LogProgressTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Who_waits_for_a_position_goes_on_when_it_is_reached_or_patience_ends()
    {
        var progress = new LogProgress(_time);
        progress.Reach(5);
        Assert.True(await progress.WaitAsync(5, TimeSpan.FromSeconds(1), CancellationToken.None));
        Task<bool> reached = progress.WaitAsync(7, TimeSpan.FromSeconds(1), CancellationToken.None);
        Task<bool> late = progress.WaitAsync(9, TimeSpan.FromSeconds(1), CancellationToken.None);
        progress.Reach(6);
        Assert.False(reached.IsCompleted);
        progress.Reach(7);
        Assert.True(await reached);
        Assert.False(late.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await late);
        progress.Reach(3); // never back
        Assert.Equal(7, progress.Position);

        using var cancel = new CancellationTokenSource();
        Task<bool> canceled = progress.WaitAsync(9, TimeSpan.FromSeconds(1), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
    }

    [Fact]
    public void It_is_behind_from_when_it_last_knew_all()
    {
        var progress = new LogProgress(_time);
        progress.Reach(10);
        progress.Measured(10, 0);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((0, TimeSpan.Zero), (progress.Behind, progress.BehindFor)); // between two looks
        progress.Measured(50, 40);
        Assert.Equal((40, TimeSpan.FromSeconds(2)), (progress.Behind, progress.BehindFor));
        _time.Advance(TimeSpan.FromSeconds(3));
        progress.Measured(50, 20);
        Assert.Equal(TimeSpan.FromSeconds(5), progress.BehindFor);
        progress.Reach(50);
        progress.Measured(50, 0);
        Assert.Equal(TimeSpan.Zero, progress.BehindFor);
        _time.Advance(TimeSpan.FromSeconds(60)); // nobody looks any more
        Assert.Equal(TimeSpan.FromSeconds(60), progress.BehindFor);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    public void Under_writes_that_never_pause_it_is_behind_by_as_long_as_it_takes_to_know_them(int seconds)
    {
        var progress = new LogProgress(_time);
        for (int second = 1; second <= 100; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            progress.Reach(Math.Max(0, second - seconds) * 1000);
            progress.Measured((second * 1000) + 5, (seconds * 1000) + 5); // some have come in since
            if (second > seconds) Assert.Equal(TimeSpan.FromSeconds(seconds + 1), progress.BehindFor);
        }
    }
}
