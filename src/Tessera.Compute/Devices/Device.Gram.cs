using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

public sealed unsafe partial class Device
{
    // A panel's chunk of columns takes half of a first-level cache, the panel of some hundred columns a second-level one.
    private const int PanelRows = 256;
    private Matrix _panel = new(1, 1); // sums and one panel in float64

    /// <summary>
    /// <c>G = XᵀX</c> in float64: the products of float32 numbers are exact in it, and each element is summed in the order of the
    /// rows. Costs rows·columns² flops.
    /// </summary>
    /// <param name="x"><c>[rows x columns]</c>.</param>
    /// <param name="result">G, <c>[columns x columns]</c> row by row, both halves.</param>
    /// <param name="cancellationToken">Stops between two panels of rows.</param>
    /// <exception cref="InsufficientMemoryException">X has more than 32,640 columns, or there is not so much memory.</exception>
    internal void Gram(Matrix x, Span<double> result, CancellationToken cancellationToken = default)
    {
        int columns = x.Columns, chunks = Parts(columns, GramPanel.Chunk), padded = chunks * GramPanel.Chunk;
        Require(result.Length == (long)columns * columns, $"a result of [{columns} x {columns}]");
        Reserve(ref _panel, 2 * padded, padded + PanelRows);
        double* sums = (double*)_panel.Data, panel = sums + ((nint)padded * padded);
        new Span<double>(sums, padded * padded).Clear();
        for (int row = 0; row < x.Rows; row += PanelRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int rows = Math.Min(PanelRows, x.Rows - row);
            Run(chunks, rows * GramPanel.Chunk, new PackGramPanel(x.Data + ((nint)row * columns), rows, columns, panel));
            Run(chunks, rows * padded * GramPanel.Chunk, new GramPanel(panel, rows, padded, sums));
        }

        for (int i = 0; i < columns; i++)
            for (int j = i; j < columns; j++) result[(i * columns) + j] = result[(j * columns) + i] = sums[((nint)i * padded) + j];
    }
}
