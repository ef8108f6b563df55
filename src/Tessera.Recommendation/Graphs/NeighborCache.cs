using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Graphs;

/// <summary>
/// Nearest-neighbor graphs on disk, found again by the content of the features and not by the name of their file. They are an aid: where they
/// cannot be read or written, that is a note, and they are computed.
/// </summary>
internal sealed class NeighborCache(string directory)
{
    private const string ColumnsName = "columns";
    private const string ValuesName = "similarities";
    private const string ChecksumKey = "sha256";

    /// <summary>SHA-256 of the checksum of the features, which covers their shape, and of k.</summary>
    public static string Key(Modality modality, int neighbors) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"nearest 3 {neighbors} {DatasetFingerprint.Of(modality)}"))));

    /// <summary>The stored graph, or null where there is none that can be read.</summary>
    public CsrMatrix? Find(string key, int items, Action<string>? note)
    {
        string path = PathOf(key);
        if (!File.Exists(path)) return null;
        try
        {
            return Read(path, items);
        }
        catch (Exception cause) when (cause is InvalidInputException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            // It is computed anew, and storing that replaces the file.
            note?.Invoke($"Nearest neighbors kept in '{path}' cannot be used and are found anew ({cause.Message.TrimEnd('.')}).");
            return null;
        }
    }

    /// <summary>Stores a graph whole or not at all.</summary>
    public void Store(string key, CsrMatrix graph, Action<string>? note)
    {
        // Rows are padded to the longest with -1. Columns are exact in float32 up to 2^24 items.
        if (graph.Columns > 1 << 24) return;
        int width = Enumerable.Range(0, graph.Rows).Select(row => graph.RowColumns(row).Length).DefaultIfEmpty().Max();
        using var columns = new Matrix(graph.Rows, width);
        using var values = new Matrix(graph.Rows, width);
        columns.Span.Fill(-1f);
        for (int row = 0; row < graph.Rows; row++)
        {
            ReadOnlySpan<int> indices = graph.RowColumns(row);
            for (int n = 0; n < indices.Length; n++) columns[row, n] = indices[n];
            graph.RowValues(row).CopyTo(values.Row(row));
        }

        try
        {
            SafetensorsWriter.Write(PathOf(key), [(ColumnsName, columns), (ValuesName, values)], new Dictionary<string, string>
            {
                [ChecksumKey] = Checksum(columns, values),
            });
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            note?.Invoke($"Nearest neighbors are not kept for later runs: {cause.Message.TrimEnd('.')}.");
        }
    }

    private static CsrMatrix Read(string path, int items)
    {
        using SafetensorsReader reader = SafetensorsReader.Open(path);
        using Matrix columns = reader.ReadTensor(ColumnsName), values = reader.ReadTensor(ValuesName);
        bool fits = columns.Rows == items && (values.Rows, values.Columns) == (columns.Rows, columns.Columns);
        if (!fits || reader.Metadata.GetValueOrDefault(ChecksumKey) != Checksum(columns, values))
            throw new InvalidInputException($"'{path}' does not match its checksum; delete it.");
        var entries = new List<(int Row, int Column, float Value)>(columns.Length);
        for (int row = 0; row < items; row++)
        {
            for (int n = 0; n < columns.Columns && columns[row, n] >= 0; n++) entries.Add((row, (int)columns[row, n], values[row, n]));
        }

        return CsrMatrix.FromEntries(items, items, entries);
    }

    private static string Checksum(Matrix columns, Matrix values)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(columns.Span));
        hash.AppendData(MemoryMarshal.AsBytes(values.Span));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private string PathOf(string key) => Path.Combine(directory, $"nearest-{key[..32]}.safetensors");
}
