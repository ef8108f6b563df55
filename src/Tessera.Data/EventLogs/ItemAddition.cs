namespace Tessera.Data.EventLogs;

/// <summary>What became of a record given to <see cref="EventLogWriter.AddItem"/>.</summary>
public enum ItemAddition
{
    /// <summary>It is in the event log.</summary>
    Added,

    /// <summary>No event names the item, so it is left out.</summary>
    WithoutEvents,

    /// <summary>The item has the same record already.</summary>
    Repeated,

    /// <summary>The item has another record already, which stays.</summary>
    Contradicted,
}
