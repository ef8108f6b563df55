using Parquet;
using Parquet.Schema;

namespace Tessera.Data.Storage;

/// <summary>Writes Parquet files, a group of rows at a time.</summary>
internal static class ParquetFileWriter
{
    /// <summary>Writes the file whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">The columns, in order.</param>
    /// <param name="groups">Each writes all columns of its rows, in order.</param>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static void Write(string path, IReadOnlyList<Field> columns, IEnumerable<Func<ParquetRowGroupWriter, Task>> groups) =>
        AtomicFile.WriteBuffered(path, stream => WriteAsync(stream, new ParquetSchema(columns), groups).GetAwaiter().GetResult());

    /// <summary>Writes vectors as lists, one a row.</summary>
    /// <param name="group">Where to.</param>
    /// <param name="list">A list of float32.</param>
    /// <param name="numbers">The vectors, one after another.</param>
    /// <param name="width">Length of a vector, 1 or more.</param>
    public static Task WriteVectorsAsync(ParquetRowGroupWriter group, ListField list, ReadOnlyMemory<float> numbers, int width)
    {
        var element = (DataField)list.Item;
        int[] defined = new int[numbers.Length], repeated = new int[numbers.Length];
        Array.Fill(defined, element.MaxDefinitionLevel);
        for (int i = 0; i < repeated.Length; i++) repeated[i] = i % width == 0 ? 0 : 1;
        return group.WriteAllPartsAsync(element, numbers, defined, repeated, CancellationToken.None);
    }

    private static async Task WriteAsync(Stream stream, ParquetSchema schema, IEnumerable<Func<ParquetRowGroupWriter, Task>> groups)
    {
        ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            foreach (Func<ParquetRowGroupWriter, Task> write in groups)
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                await write(group).ConfigureAwait(false);
                group.CompleteValidate();
            }
        }
    }
}
