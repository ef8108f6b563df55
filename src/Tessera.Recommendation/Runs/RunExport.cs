using System.Text;
using Parquet;
using Parquet.Schema;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Runs;

/// <summary>
/// A run's vectors for other programs: of users and of items <c>NAME.npy</c> <c>[n x d]</c>, <c>NAME.ids</c> with the external id of each row, one a line, and
/// <c>NAME.parquet</c> with the columns <c>id</c>, <c>title</c> (items, where the run knows titles) and <c>vector</c>.
/// </summary>
internal static class RunExport
{
    private const int NumbersInGroup = 1 << 22;

    /// <summary>Writes the folder whole.</summary>
    /// <param name="run">The run.</param>
    /// <param name="directory">A folder that is empty or does not exist yet.</param>
    /// <exception cref="InvalidInputException">The folder holds something, or the run has no vectors.</exception>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public static void Write(TrainedRun run, string directory)
    {
        Embeddings vectors = run.Embeddings;
        string[] users = [.. Enumerable.Range(0, vectors.Users.Rows).Select(run.UserId)], items = [.. Enumerable.Range(0, vectors.Items.Rows).Select(run.ItemId)];
        using var folder = new AtomicFolder(directory);
        folder.Guarded(() =>
        {
            Write(folder.In("users"), users, titles: null, vectors.Users);
            Write(folder.In("items"), items, run.TrainedTitles, vectors.Items);
        });
        folder.Complete();
    }

    private static void Write(string path, string[] ids, IReadOnlyList<string>? titles, Matrix vectors)
    {
        NpyWriter.Write(path + ".npy", vectors);
        AtomicFile.WriteBuffered(path + ".ids", stream =>
        {
            foreach (string id in ids) stream.Write(Encoding.UTF8.GetBytes(id + "\n"));
        });
        var id = new DataField<string>("id", nullable: false);
        var title = new DataField<string>("title", nullable: false);
        var vector = new ListField("vector", new DataField<float>("element"));
        ParquetFileWriter.Write(path + ".parquet", titles is null ? [id, vector] : [id, title, vector], Groups());

        IEnumerable<Func<ParquetRowGroupWriter, Task>> Groups()
        {
            int size = Math.Max(1, NumbersInGroup / Math.Max(1, vectors.Columns));
            for (int first = 0; first < vectors.Rows; first += size)
            {
                int start = first, end = Math.Min(vectors.Rows, first + size);
                yield return async rows =>
                {
                    await rows.WriteAsync(id, ids[start..end]).ConfigureAwait(false);
                    if (titles is not null) await rows.WriteAsync(title, titles.Take(start..end).ToArray()).ConfigureAwait(false);
                    float[] numbers = vectors.Span[(start * vectors.Columns)..(end * vectors.Columns)].ToArray();
                    await ParquetFileWriter.WriteVectorsAsync(rows, vector, numbers, vectors.Columns).ConfigureAwait(false);
                };
            }
        }
    }
}
