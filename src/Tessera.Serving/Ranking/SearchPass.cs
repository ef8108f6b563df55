using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Serving.Ranking;

/// <summary>A pass over the vectors for several searches, on one thread, with memory that the next one uses again.</summary>
internal sealed class SearchPass : IDisposable
{
    private readonly List<VectorPanel> _panels = [];
    private readonly float[][] _queries = new float[SearchQueue.MaxBatch][];
    private readonly List<Search> _whole = [];
    private readonly QuantizedPass _quantized = new();
    private int _columns;

    /// <summary>Runs searches that share their vectors.</summary>
    /// <returns>What went wrong; null for nothing.</returns>
    public Exception? Run(List<Search> searches)
    {
        try
        {
            _quantized.Run(searches);
            _whole.AddRange(searches.Where(search => !search.IsQuantized));
            if (_whole.Count == 0) return null;
            Fill(_whole);
            Multiply(_whole);
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
        finally
        {
            _whole.Clear();
        }
    }

    /// <summary>Runs a search through the few items it allows.</summary>
    public void RunAlone(Search search)
    {
        Fill([search]);
        search.RunAlone(_panels[0]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DropPanels();
        _quantized.Dispose();
    }

    private void DropPanels()
    {
        foreach (VectorPanel panel in _panels) panel.Dispose();
        _panels.Clear();
    }

    private void Fill(List<Search> searches)
    {
        int columns = searches[0].Vectors.Columns;
        if (columns != _columns) DropPanels();
        _columns = columns;
        for (int place = 0; place < searches.Count; place++) _queries[place] = searches[place].Query!;
        for (int first = 0, n = 0; first < searches.Count; n++)
        {
            if (n == _panels.Count) _panels.Add(new VectorPanel(columns));
            int lanes = Math.Min(_panels[n].Lanes, searches.Count - first);
            _panels[n].Fill(_queries.AsSpan(first, lanes));
            first += lanes;
        }
    }

    private void Multiply(List<Search> searches)
    {
        Matrix vectors = searches[0].Vectors;
        foreach (Search search in searches)
            if (search.Items > vectors.Rows) vectors = search.Vectors; // who came later may know more items
        int lanes = _panels[0].Lanes;
        Span<float> scores = stackalloc float[VectorPanel.BlockRows];
        for (int first = 0; first < vectors.Rows; first += VectorPanel.BlockRows)
        {
            int rows = Math.Min(VectorPanel.BlockRows, vectors.Rows - first);
            for (int from = 0, n = 0; from < searches.Count; from += lanes, n++)
            {
                VectorPanel panel = _panels[n];
                panel.Multiply(vectors, first, rows);
                for (int lane = 0; lane < lanes && from + lane < searches.Count; lane++)
                {
                    Search search = searches[from + lane];
                    int own = Math.Min(rows, search.Items - first);
                    if (own <= 0 || panel.Maximum(lane) <= search.Threshold) continue;
                    panel.CopyTo(lane, scores[..own]);
                    search.Offer(first, scores[..own]);
                }
            }
        }
    }
}
