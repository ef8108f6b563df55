using Tessera.Data;

namespace Tessera.Serving;

/// <summary>Champion and challenger side by side, by what users did with what was recommended to them.</summary>
public interface IExperiment
{
    /// <summary>Compares lists that were handed out since a time. An event counts for the list that it names, and a list once, however many events name it.</summary>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    Task<ArmComparison> CompareAsync(DateTimeOffset since, CancellationToken cancellationToken = default);
}
