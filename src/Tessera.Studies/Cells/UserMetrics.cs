using Parquet;
using Parquet.Schema;
using Tessera.Data;
using Tessera.Data.Importing;
using Tessera.Data.Storage;
using Tessera.Recommendation.Metrics;

namespace Tessera.Studies.Cells;

/// <summary>Test metrics of each user, which differences between models are judged by: kept beside a result, as <c>NAME.parquet</c>.</summary>
/// <param name="Users">Numbers of the users that test measures, ascending.</param>
/// <param name="Values">Of each of them, the metrics in the order of <see cref="Metrics"/>.</param>
internal sealed record UserMetrics(IReadOnlyList<int> Users, IReadOnlyList<double[]> Values)
{
    private const string UserColumn = "user";

    /// <summary>The metrics kept.</summary>
    public static IReadOnlyList<MetricName> Metrics { get; } =
        [new(Metric.Recall, 10), new(Metric.Recall, 20), new(Metric.Ndcg, 10), new(Metric.Ndcg, 20)];

    /// <summary>A metric by user.</summary>
    public IReadOnlyDictionary<int, double> Of(MetricName metric)
    {
        int column = Metrics.ToList().IndexOf(metric);
        return Users.Zip(Values).ToDictionary(pair => pair.First, pair => pair.Second[column]);
    }

    /// <summary>Reads the file; null where it is absent.</summary>
    /// <exception cref="InvalidInputException">It is no such file.</exception>
    public static UserMetrics? ReadIfPresent(string path)
    {
        if (!File.Exists(path)) return null;
        using var file = new ParquetFile(path);
        string[] columns = [UserColumn, .. Metrics.Select(metric => metric.ToString())];
        if (columns.Except(file.Columns).FirstOrDefault() is { } missing)
            throw new InvalidInputException(
                $"'{path}' has no column '{missing}', so it holds no metrics of a study's users; delete it and its .json, and they are measured again.");
        List<int> users = [];
        List<double[]> values = [];
        file.ReadRows(columns, RejectedRows.None, row =>
        {
            users.Add(row.GetProperty(UserColumn).GetInt32());
            values.Add([.. columns.Skip(1).Select(column => row.GetProperty(column).GetDouble())]);
        });
        return new UserMetrics(users, values);
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void Write(string path)
    {
        DataField[] columns = [new DataField<int>(UserColumn), .. Metrics.Select(metric => new DataField<double>(metric.ToString()))];
        ParquetFileWriter.Write(path, columns, [group => WriteAsync(group, columns)]);
    }

    private async Task WriteAsync(ParquetRowGroupWriter group, DataField[] columns)
    {
        await group.WriteAsync<int>(columns[0], Users.ToArray()).ConfigureAwait(false);
        for (int metric = 0; metric < Metrics.Count; metric++)
            await group.WriteAsync<double>(columns[metric + 1], Values.Select(values => values[metric]).ToArray()).ConfigureAwait(false);
    }
}
