using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Stores;

/// <summary>What was promised of events and what is stored of them.</summary>
internal static class Acknowledgement
{
    /// <summary>Each event that was acknowledged is in the log, and no event is there twice.</summary>
    public static async Task HoldsAsync(Store store, IReadOnlyCollection<string> acknowledged)
    {
        AppendResult end = await store.Events.AppendAsync([new UserEvent($"end-{Guid.NewGuid():N}", "u", "i", "click", DateTimeOffset.UnixEpoch)]);
        var stored = new List<string>();
        await foreach (IReadOnlyList<LogEntry> page in store.Log.FollowAsync(0))
        {
            stored.AddRange(page.OfType<LogEntry.EventAdded>().Select(entry => entry.Event.Id));
            if (page[^1].Position >= end.Position) break;
        }

        Assert.NotEmpty(acknowledged);
        Assert.Empty(acknowledged.Except(stored));
        Assert.Equal(stored.Count, stored.Distinct().Count());
    }
}
