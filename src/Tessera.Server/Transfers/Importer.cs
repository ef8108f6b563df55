using System.IO.Pipelines;
using System.Text.Json;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Server.Http;
using Tessera.Serving;
using Tessera.Serving.Hosting;
using Tessera.Serving.Stores;

namespace Tessera.Server.Transfers;

/// <summary>Stores what a body has, line by line, as it comes; a line that cannot be stored keeps none of the others out.</summary>
internal sealed class Importer(IItemCatalog catalog, EventLog log)
{
    /// <summary>What can be imported.</summary>
    public const string Items = "items", Events = "events";

    private const int Batch = 1000, AtOnce = 16, MaxErrors = 20;

    /// <summary>Imports lines of a kind.</summary>
    /// <param name="report">Told after each batch, how many lines were read.</param>
    public async Task<ImportResult> ImportAsync(string kind, PipeReader body, Func<long, Task> report, CancellationToken cancel)
    {
        var total = new ImportResult(0, 0, 0, 0, []);
        var batch = new List<(long Line, byte[] Bytes)>(Batch);
        long number = 0;
        await foreach (byte[] line in LineReader.ReadAsync(body, cancel))
        {
            number++;
            if (line.AsSpan().Trim(" \r\t"u8).IsEmpty) continue;
            batch.Add((number, line));
            if (batch.Count == Batch) await StoreAsync();
        }

        if (batch.Count > 0) await StoreAsync();
        return total;

        async Task StoreAsync()
        {
            ImportResult stored = kind == Items ? await StoreItemsAsync(batch, cancel) : await StoreEventsAsync(batch, cancel);
            total = new ImportResult(
                total.Lines + batch.Count, total.Accepted + stored.Accepted, total.Duplicates + stored.Duplicates, total.Rejected + stored.Rejected,
                [.. total.Errors.Concat(stored.Errors).Take(MaxErrors)]);
            batch.Clear();
            await report(total.Lines);
        }
    }

    private async Task<ImportResult> StoreItemsAsync(List<(long Line, byte[] Bytes)> batch, CancellationToken cancel)
    {
        var errors = new LineError?[batch.Count];
        await Parallel.ForAsync(0, batch.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (index, token) =>
        {
            try
            {
                ItemLine item = Read<ItemLine>(batch[index].Bytes);
                await catalog.PutAsync(item.ToItem(), new ItemContent { Vectors = item.Vectors }, expectedVersion: null, token);
            }
            catch (Exception cause) when (cause is InvalidInputException or JsonException)
            {
                errors[index] = new LineError(batch[index].Line, Reason(cause));
            }
        });
        LineError[] failed = [.. errors.OfType<LineError>()];
        return new ImportResult(batch.Count, batch.Count - failed.Length, 0, failed.Length, failed);
    }

    private async Task<ImportResult> StoreEventsAsync(List<(long Line, byte[] Bytes)> batch, CancellationToken cancel)
    {
        var events = new List<UserEvent>(batch.Count);
        var errors = new List<LineError>();
        foreach ((long line, byte[] bytes) in batch)
        {
            try
            {
                UserEvent one = Read<UserEvent>(bytes);
                if (EventRules.Fault(one) is { } fault) errors.Add(new LineError(line, fault));
                else events.Add(one);
            }
            catch (JsonException cause)
            {
                errors.Add(new LineError(line, Reason(cause)));
            }
        }

        AppendResult stored = await log.AppendAsync(events, cancel);
        return new ImportResult(batch.Count, stored.Accepted, stored.Duplicates, stored.Rejected + errors.Count, errors);
    }

    private static T Read<T>(byte[] line)
    {
        using JsonDocument document = JsonDocument.Parse(line, ServerJson.Document);
        JsonRecord.RefuseNullEntries(document.RootElement);
        return document.RootElement.Deserialize<T>(ServerJson.Options) ?? throw new JsonException("it is null");
    }

    private static string Reason(Exception cause) => cause is JsonException json ? $"It cannot be read: {SourceText.Reason(json)}." : cause.Message;
}
