namespace Tessera.Serving;

/// <summary>What a user did with an item. Ids are of 1 to 1,000 characters without control characters, and of no more than 2,000 bytes in UTF-8.</summary>
/// <param name="Id">Id of the event, unique in its namespace: one that comes again is the same event.</param>
/// <param name="User">Id of the user.</param>
/// <param name="Item">Id of the item, which need not be known.</param>
/// <param name="Type">What was done; 1 to 100 characters. <c>like</c>, <c>cart</c> and <c>purchase</c> change what is recommended, unless the server's settings name others.</param>
/// <param name="Time">When, to the millisecond.</param>
/// <param name="Recommendation">Id of the recommendation that led to it, or null.</param>
public sealed record UserEvent(string Id, string User, string Item, string Type, DateTimeOffset Time, string? Recommendation = null);
