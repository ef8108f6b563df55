using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Recommendation.Scoring;

/// <summary>What says how much items suit users. It serves one caller at a time, and disposing of it frees what it made itself.</summary>
internal interface IScorer : IDisposable
{
    /// <summary>Number of items it scores.</summary>
    int Items { get; }

    /// <summary>Scores every item for some users.</summary>
    /// <param name="scores">Receives <c>[users x items]</c>, one row a user.</param>
    void Score(ReadOnlySpan<int> users, Matrix scores, Device device);

    /// <summary>The same scores of some items alone, which are renumbered by their place in the list. This one must outlive it.</summary>
    IScorer Among(int[] items, Device device);
}
