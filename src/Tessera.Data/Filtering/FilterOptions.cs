using System.Globalization;
using System.Text.Json.Nodes;
using Tessera.Data.EventLogs;

namespace Tessera.Data.Filtering;

/// <summary>Which events of an event log to keep.</summary>
public sealed record FilterOptions
{
    /// <summary>Minimum number of distinct items of each user that stays, and of distinct users of each item that stays, 1 or more.</summary>
    public int KCore { get; init; } = 1;

    /// <summary>Minimum rating to keep, or null for any; with a minimum, events without a rating are dropped.</summary>
    public float? MinimumRating { get; init; }

    /// <summary>First day kept, UTC, or null for no limit; with a first or a last day, events without a time are dropped.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Last day kept, UTC, or null for no limit.</summary>
    public DateOnly? To { get; init; }

    /// <summary>
    /// Whether items that the limits leave without an event stay as cold items, numbered last, if they have texts, an image or features;
    /// without it they are dropped, as published data sets do.
    /// </summary>
    public bool KeepItems { get; init; }

    /// <summary>Checks every value, and that the event log has what is asked about.</summary>
    /// <exception cref="InvalidInputException">A value is outside its range, or the event log has no times or ratings.</exception>
    internal void Validate(EventLog log)
    {
        if (KCore < 1) throw new InvalidInputException($"The k-core has k = {KCore}; expected 1 or more, so raise it.");
        if (MinimumRating is { } rating && float.IsNaN(rating)) throw new InvalidInputException("The lowest rating is NaN; expected a number.");
        if (From > To)
            throw new InvalidInputException(
                $"The first day kept ({Text(From)}) is after the last ({Text(To)}); expected it to be on or before the last, so swap them.");

        if (MinimumRating is not null && !log.HasRatings)
            throw new InvalidInputException(
                $"The event log in '{log.Directory}' has no ratings; expected ratings where a minimum is given, so leave the minimum out.");

        if (LimitsDays && !log.HasTimes)
            throw new InvalidInputException(
                $"The event log in '{log.Directory}' has no times; expected times where days are given, so leave the days out.");
    }

    /// <summary>Whether days are limited, so that events without a time are dropped.</summary>
    internal bool LimitsDays => (From ?? To) is not null;

    /// <summary>Whether rating and time of an event are within the limits.</summary>
    internal Func<Event, bool> Wanted()
    {
        long first = From is { } from ? StartOf(from) : long.MinValue;
        long end = To is { } to && to < DateOnly.MaxValue ? StartOf(to.AddDays(1)) : long.MaxValue;
        return e => (MinimumRating is null || e.Rating >= MinimumRating) && (!LimitsDays || (e.Time != 0 && e.Time >= first && e.Time < end));
    }

    /// <summary>The options that limit something, by name.</summary>
    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["kCore"] = KCore };
        if (MinimumRating is { } rating) json["minRating"] = rating;
        if (From is not null) json["from"] = Text(From);
        if (To is not null) json["to"] = Text(To);
        if (KeepItems) json["keepItems"] = true;
        return json;
    }

    private static long StartOf(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds();

    private static string? Text(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture);
}
