using System.Text.Encodings.Web;
using System.Text.Json;
using CsvHelper;
using Parquet;
using Parquet.Schema;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Runs;

/// <summary>Recommendations for many users as a file, written whole: CSV and Parquet with a row an item, JSON lines with a line a user.</summary>
/// <param name="run">The run that the rankings are of.</param>
internal sealed class RankingFile(TrainedRun run)
{
    private const int UsersInGroup = 16_384;
    private const string UserKey = "user", RankKey = "rank", ItemKey = "item", ScoreKey = "score", TitleKey = "title", ReasonKey = "reason";
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly IReadOnlyList<string>? _titles = run.ItemTitles;

    /// <summary>Refuses a name whose ending says no format.</summary>
    /// <exception cref="InvalidInputException">It does not end in <c>.csv</c>, <c>.jsonl</c> or <c>.parquet</c>.</exception>
    public static void Check(string path) => FormatOf(path);

    /// <summary>Writes rankings as they come, in the format that the file's name ends in.</summary>
    /// <exception cref="InvalidInputException">The name says no format.</exception>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public void Write(string path, IEnumerable<UserRanking> rankings)
    {
        switch (FormatOf(path))
        {
            case ".csv": AtomicFile.WriteBuffered(path, stream => WriteCsv(stream, rankings)); break;
            case ".jsonl": AtomicFile.WriteBuffered(path, stream => WriteJson(stream, rankings)); break;
            default: WriteParquet(path, rankings); break;
        }
    }

    private static string FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() is (".csv" or ".jsonl" or ".parquet") and var format
        ? format
        : throw new InvalidInputException($"The file '{path}' says no format by its name; expected one that ends in .csv, .jsonl or .parquet.");

    private void WriteCsv(Stream stream, IEnumerable<UserRanking> rankings)
    {
        using CsvWriter csv = CsvWriter.Create(stream, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        foreach (string column in Columns.Select(column => column.Name)) csv.WriteField(column);
        csv.EndRecord();
        foreach (UserRanking ranking in rankings)
        {
            string user = run.UserId(ranking.User);
            for (int rank = 0; rank < ranking.Items.Length; rank++)
            {
                csv.WriteField(user);
                csv.WriteField(rank + 1);
                csv.WriteField(run.ItemId(ranking.Items[rank]));
                csv.WriteField(ranking.Scores[rank]);
                if (_titles is not null) csv.WriteField(_titles[ranking.Items[rank]]);
                csv.WriteField(ReasonOf(ranking));
                csv.EndRecord();
            }
        }
    }

    private void WriteJson(Stream stream, IEnumerable<UserRanking> rankings)
    {
        using var json = new Utf8JsonWriter(stream, Readable);
        foreach (UserRanking ranking in rankings)
        {
            json.WriteStartObject();
            json.WriteString(UserKey, run.UserId(ranking.User));
            if (ReasonOf(ranking) is { } reason) json.WriteString(ReasonKey, reason);
            json.WriteStartArray("items");
            foreach ((int item, float score) in ranking.Items.Zip(ranking.Scores))
            {
                json.WriteStartObject();
                json.WriteString(ItemKey, run.ItemId(item));
                if (_titles?[item] is { Length: > 0 } title) json.WriteString(TitleKey, title);
                json.WriteNumber(ScoreKey, score);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            stream.WriteByte((byte)'\n');
        }
    }

    private void WriteParquet(string path, IEnumerable<UserRanking> rankings)
    {
        IReadOnlyList<DataField> columns = Columns;
        ParquetFileWriter.Write(path, columns, rankings.Chunk(UsersInGroup).Select(group => (Func<ParquetRowGroupWriter, Task>)(rows => WriteGroupAsync(rows, columns, group))));
    }

    private async Task WriteGroupAsync(ParquetRowGroupWriter rows, IReadOnlyList<DataField> columns, UserRanking[] group)
    {
        int next = 0;
        await rows.WriteAsync(columns[next++], EachRow((ranking, _) => run.UserId(ranking.User))).ConfigureAwait(false);
        await rows.WriteAsync<int>(columns[next++], EachRow((_, rank) => rank + 1)).ConfigureAwait(false);
        await rows.WriteAsync(columns[next++], EachRow((ranking, rank) => run.ItemId(ranking.Items[rank]))).ConfigureAwait(false);
        await rows.WriteAsync<float>(columns[next++], EachRow((ranking, rank) => ranking.Scores[rank])).ConfigureAwait(false);
        if (_titles is not null) await rows.WriteAsync(columns[next++], EachRow((ranking, rank) => _titles[ranking.Items[rank]])).ConfigureAwait(false);
        await rows.WriteAsync(columns[next], EachRow((ranking, _) => ReasonOf(ranking) ?? "")).ConfigureAwait(false);

        T[] EachRow<T>(Func<UserRanking, int, T> value) =>
            [.. group.SelectMany(ranking => Enumerable.Range(0, ranking.Items.Length), (ranking, rank) => value(ranking, rank))];
    }

    private DataField[] Columns =>
    [
        Text(UserKey), new DataField<int>(RankKey), Text(ItemKey), new DataField<float>(ScoreKey), .. _titles is null ? (DataField[])[] : [Text(TitleKey)], Text(ReasonKey),
    ];

    private static DataField<string> Text(string name) => new(name, nullable: false);

    private static string? ReasonOf(UserRanking ranking) => ranking.IsPopular ? RankedItem.Popular : null;
}
