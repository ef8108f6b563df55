using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Recommendation.Runs;

namespace Tessera.Serving.Generations;

/// <summary>The items' vectors as whole numbers, right as long as the vectors stay.</summary>
internal sealed class QuantizedVectors
{
    private readonly Matrix _vectors;
    private readonly Matrix? _owner; // of their memory, which must not become another's before this is gone

    /// <param name="earlier">Those of an earlier state, some of which may still be right.</param>
    public QuantizedVectors(TrainedRun run, QuantizedVectors? earlier)
    {
        (_vectors, _owner) = (run.ItemVectors, run.Additions.Room);
        Rows = new QuantizedRows(_vectors, earlier?.Rows, earlier is null || earlier._vectors.SharesRows(_vectors) ? null : earlier._vectors);
        GC.KeepAlive(_owner);
        GC.KeepAlive(earlier);
    }

    /// <summary>The whole numbers.</summary>
    public QuantizedRows Rows { get; }

    /// <summary>Whether they are those of the vectors as somebody sees them.</summary>
    public bool IsOf(TrainedRun run) => _vectors.SharesRows(run.ItemVectors) && run.ItemCount <= _vectors.Rows;
}
