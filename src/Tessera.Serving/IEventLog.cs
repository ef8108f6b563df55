using Tessera.Data;

namespace Tessera.Serving;

/// <summary>What users did. What a call has stored, recommendations of the same process know when it returns, unless that takes more than some seconds.</summary>
public interface IEventLog
{
    /// <summary>Stores events, exactly once however often a batch is repeated; they are on the disk when this returns.</summary>
    /// <param name="events">Up to 1,000. Those that cannot be stored are counted and the first of them named, and keep none of the others out.</param>
    /// <exception cref="InvalidInputException">There are too many.</exception>
    /// <exception cref="StorageException">The store cannot be written; the same call again does what is missing.</exception>
    Task<AppendResult> AppendAsync(IReadOnlyList<UserEvent> events, CancellationToken cancellationToken = default);

    /// <summary>What a user did, newest first.</summary>
    /// <param name="limit">How many at most, 1 or more.</param>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    Task<IReadOnlyList<UserEvent>> HistoryAsync(string user, int limit, CancellationToken cancellationToken = default);

    /// <summary>Makes what a session did a user's, as at a login.</summary>
    /// <param name="from">Id of the session, of which nothing is known from then on.</param>
    /// <param name="into">Id of the user.</param>
    /// <exception cref="InvalidInputException">An id cannot be used, both are the same, or one of them was erased.</exception>
    /// <exception cref="StorageException">The store cannot be written.</exception>
    Task<UserChange> MergeAsync(string from, string into, CancellationToken cancellationToken = default);

    /// <summary>
    /// Forgets a user and the sessions that were merged into it, in the store and in the models that are served; later events of these ids are rejected. The run
    /// that a model was trained to keeps what it learned until another takes its place.
    /// </summary>
    /// <exception cref="InvalidInputException">The id cannot be used.</exception>
    /// <exception cref="StorageException">The store cannot be written.</exception>
    Task<UserChange> EraseAsync(string user, CancellationToken cancellationToken = default);
}
