using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Serving.Ranking;

/// <summary>
/// A pass over the vectors as whole numbers, which leaves few items whose dot products are computed: those that may be among the best found so far. For B
/// searches, n items and d columns 2·B·n·d operations on bytes and n·d bytes from memory.
/// </summary>
internal sealed class QuantizedPass : IDisposable
{
    private readonly List<Search> _searches = [];
    private readonly float[] _dots = new float[QuantizedPanel.Lanes * QuantizedPanel.BlockRows];
    private QuantizedPanel? _panel;
    private Matrix? _queries;

    /// <summary>
    /// Runs those of the searches that whole numbers do for, <see cref="QuantizedPanel.Lanes"/> at most. Where they leave too many items, as of vectors that all
    /// point one way, the searches are to be run without them.
    /// </summary>
    public void Run(List<Search> searches)
    {
        _searches.AddRange(searches.Where(search => search.IsQuantized));
        try
        {
            if (_searches.Count > 0) Run();
        }
        finally
        {
            _searches.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _panel?.Dispose();
        _queries?.Dispose();
    }

    private void Run()
    {
        Search last = _searches.MaxBy(search => search.Items)!; // who came later may know more items
        (QuantizedRows rows, Matrix vectors) = (last.Quantized!, last.Vectors);
        Fill(rows.Columns);
        Span<float> thresholds = stackalloc float[QuantizedPanel.Lanes];
        thresholds = thresholds[.._searches.Count];
        for (int first = 0, block; first < last.Items; first += block)
        {
            block = QuantizedPanel.RowsFrom(first, last.Items);
            for (int lane = 0; lane < thresholds.Length; lane++) thresholds[lane] = _searches[lane].Threshold;
            Span<LaneRow> candidates = _panel!.Find(rows, first, block, thresholds);
            if (QuantizedPanel.FindsTooMany(candidates.Length, thresholds.Length, first, block))
            {
                foreach (Search search in _searches) search.BeginWhole();
                return;
            }

            int count = 0;
            foreach (LaneRow candidate in candidates)
                if (_searches[candidate.Lane].Allows(candidate.Row)) candidates[count++] = candidate;
            OrderedDots.Compute(_queries!, vectors, candidates[..count], _dots);
            for (int n = 0; n < count; n++) _searches[candidates[n].Lane].Offer(candidates[n].Row, _dots[n]);
        }
    }

    private void Fill(int columns)
    {
        if (_panel is null || columns != _queries!.Columns)
        {
            Dispose();
            _panel = null;
            (_panel, _queries) = (new QuantizedPanel(columns), new Matrix(QuantizedPanel.Lanes, columns));
        }

        for (int lane = 0; lane < _searches.Count; lane++) _searches[lane].Query.CopyTo(_queries.Row(lane));
        _panel.Fill(_queries.RowRange(0, _searches.Count));
    }
}
