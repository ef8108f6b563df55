namespace Tessera.Serving.Stores;

/// <summary>Which events can be stored.</summary>
internal static class EventRules
{
    private const int LongestType = 100;
    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Latest = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Why an event is rejected, a sentence, or null where it can be stored.</summary>
    public static string? Fault(UserEvent one)
    {
        if (StoredId.Fault(one.Id) is { } id) return Sentence("id", id);
        if (StoredId.AddressFault(one.User) is { } user) return Sentence("user", user);
        if (StoredId.AddressFault(one.Item) is { } item) return Sentence("item", item);
        if (StoredId.Fault(one.Type) is { } type) return Sentence("type", type);
        if (one.Type.Length > LongestType) return $"The event's type has {one.Type.Length:N0} characters; expected {LongestType} at most, such as 'click'.";
        if (one.Recommendation is not null && StoredId.Fault(one.Recommendation) is { } recommendation) return Sentence("recommendation", recommendation);
        if (one.Time < Earliest || one.Time >= Latest)
            return "The event's time is not between 1970 and 2199; expected the time at which it happened, such as '2026-01-31T12:00:00Z'.";
        return null;

        static string Sentence(string field, string fault) => $"The event's {field} {fault}; {StoredId.Expected}.";
    }
}
