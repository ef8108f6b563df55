namespace Tessera.Data.EventLogs;

/// <summary>All events of one user.</summary>
/// <param name="User">Number of the user.</param>
/// <param name="Events">At least one, by time, then by order of arrival; valid until the next user is asked for.</param>
public readonly record struct UserEvents(int User, ReadOnlyMemory<Event> Events);
