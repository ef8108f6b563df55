using System.Runtime.InteropServices;
using System.Text;
using Tessera.Compute.Tensors;

namespace Tessera.Data.Importing;

/// <summary>Amazon's image features: records of an item's id in 10 bytes and 4,096 little-endian float32, in any order.</summary>
internal static class AmazonImageFeatures
{
    private const int IdBytes = 10, Dimensions = 4096, MaxItems = int.MaxValue / Dimensions;

    /// <summary>Reads the rows of some items; those without a record stay zero.</summary>
    /// <param name="path">The file, gzip or not.</param>
    /// <param name="items">The items' ids, in the order of the rows.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns><c>[|I| x 4,096]</c></returns>
    /// <exception cref="InvalidInputException">The file is cut off, names an item twice, or holds a number that is not finite.</exception>
    public static Matrix Read(string path, IReadOnlyList<string> items, CancellationToken cancellationToken)
    {
        using var file = new SourceFile(path);
        if (items.Count > MaxItems)
        {
            throw new InvalidInputException(
                $"There are {items.Count:N0} items, and the features of one modality hold {MaxItems:N0} of {Dimensions:N0} dimensions; "
                + "expected fewer, so import without --image-features and filter first.");
        }

        var rows = items.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        var features = new Matrix(items.Count, Dimensions);
        var filled = new bool[items.Count];
        var record = new byte[IdBytes + (sizeof(float) * Dimensions)];
        try
        {
            for (long number = 1; ; number++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int length = file.ReadAtLeast(record, record.Length, throwOnEndOfStream: false);
                if (length == 0) break;
                if (length < record.Length)
                    throw new InvalidInputException(
                        $"'{path}' ends {length:N0} bytes into its record {number:N0}; expected records of {record.Length:N0} bytes, so copy it again.");

                string id = Encoding.Latin1.GetString(record, 0, IdBytes);
                if (!rows.TryGetValue(id, out int row)) continue;
                if (filled[row])
                    throw new InvalidInputException(
                        $"'{path}' holds the item '{id}' twice, again as its record {number:N0}; expected one record per item, so remove one.");

                filled[row] = true;
                Span<float> values = features.Row(row);
                MemoryMarshal.Cast<byte, float>(record.AsSpan(IdBytes)).CopyTo(values);
                if (values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) is >= 0 and var at)
                    throw new InvalidInputException(
                        $"'{path}' holds {values[at]} in dimension {at} of its record {number:N0}; expected finite numbers, so copy it again.");
            }

            return features;
        }
        catch
        {
            features.Dispose();
            throw;
        }
    }
}
