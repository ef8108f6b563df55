using System.Runtime.InteropServices;

namespace Tessera.Data.EventLogs;

/// <summary>One interaction of a user with an item: a record of <c>events.bin</c>, 20 bytes, little-endian, in this order.</summary>
/// <param name="User">Number of the user, from 0, a line of the event log's user names.</param>
/// <param name="Item">Number of the item, from 0, a line of the event log's item names.</param>
/// <param name="Time">Seconds since 1970-01-01 UTC; 0 where the source has no times.</param>
/// <param name="Rating">Rating as the source gives it; NaN where it has none.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct Event(int User, int Item, long Time, float Rating);

/// <summary>All events of one user.</summary>
/// <param name="User">Number of the user.</param>
/// <param name="Events">By time, then by order of arrival.</param>
internal readonly record struct UserEvents(int User, Event[] Events);
