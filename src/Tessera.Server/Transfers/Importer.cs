using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text.Json;
using Tessera.Data;
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

    private const int Batch = 1000, BatchBytes = 16 << 20, AtOnce = 16, MaxErrors = 20;

    /// <summary>Imports lines of a kind.</summary>
    public async Task<ImportResult> ImportAsync(string kind, PipeReader body, CancellationToken cancel)
    {
        var total = new ImportResult(0, 0, 0, 0, []);
        var batch = new List<(long Line, byte[] Bytes)>(Batch);
        long number = 0;
        int bytes = 0;
        await foreach (byte[]? line in LineReader.ReadAsync(body, cancel))
        {
            number++;
            if (line is null)
            {
                if (batch.Count > 0) await StoreAsync();
                total = With(total, new ImportResult(1, 0, 0, 1, [new LineError(number, $"It is longer than {LineReader.MaxLine:N0} bytes.")]));
                continue;
            }

            if (line.AsSpan().Trim(" \r\t"u8).IsEmpty) continue;
            batch.Add((number, line));
            bytes += line.Length;
            if (batch.Count == Batch || bytes > BatchBytes) await StoreAsync();
        }

        if (batch.Count > 0) await StoreAsync();
        return total;

        async Task StoreAsync()
        {
            ImportResult stored = kind == Items ? await StoreItemsAsync(batch, cancel) : await StoreEventsAsync(batch, cancel);
            total = With(total, stored);
            batch.Clear();
            bytes = 0;
        }
    }

    private static ImportResult With(ImportResult total, ImportResult more) => new(
        total.Lines + more.Lines, total.Accepted + more.Accepted, total.Duplicates + more.Duplicates, total.Rejected + more.Rejected,
        [.. total.Errors.Concat(more.Errors).Take(MaxErrors)]);

    /// <summary>Lines of one item are stored in their order, others side by side.</summary>
    private async Task<ImportResult> StoreItemsAsync(List<(long Line, byte[] Bytes)> batch, CancellationToken cancel)
    {
        var errors = new ConcurrentBag<LineError>();
        var items = new List<(long Line, ItemLine Item)>(batch.Count);
        foreach ((long line, byte[] bytes) in batch)
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(bytes, ServerJson.Document);
                items.Add((line, ServerJson.Read<ItemLine>(document.RootElement)));
            }
            catch (Exception cause) when (ServerJson.IsUnreadable(cause))
            {
                errors.Add(new LineError(line, Reason(cause)));
            }
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel };
        await Parallel.ForEachAsync(items.GroupBy(one => one.Item.Id, StringComparer.Ordinal), parallel, async (lines, token) =>
        {
            foreach ((long line, ItemLine item) in lines)
            {
                try
                {
                    ItemReceipt receipt = await catalog.PutAsync(item.ToItem(), new ItemContent { Vectors = item.Vectors }, expectedVersion: null, token);
                    if (receipt.Outcome == ItemOutcome.Conflict) errors.Add(new LineError(line, "The item was changed by others again and again; import the line again."));
                }
                catch (InvalidInputException cause)
                {
                    errors.Add(new LineError(line, cause.Message));
                }
            }
        });
        return new ImportResult(batch.Count, batch.Count - errors.Count, 0, errors.Count, [.. errors.OrderBy(error => error.Line)]);
    }

    private async Task<ImportResult> StoreEventsAsync(List<(long Line, byte[] Bytes)> batch, CancellationToken cancel)
    {
        var events = new List<UserEvent>(batch.Count);
        var errors = new List<LineError>();
        foreach ((long line, byte[] bytes) in batch)
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(bytes, EventJson.Document);
                UserEvent one = EventJson.Read(document.RootElement);
                if (EventRules.Fault(one) is { } fault) errors.Add(new LineError(line, fault));
                else events.Add(one);
            }
            catch (Exception cause) when (ServerJson.IsUnreadable(cause))
            {
                errors.Add(new LineError(line, Reason(cause)));
            }
        }

        AppendResult stored = await log.AppendAsync(events, cancel);
        return new ImportResult(batch.Count, stored.Accepted, stored.Duplicates, stored.Rejected + errors.Count, errors);
    }

    private static string Reason(Exception cause) => $"It cannot be read: {ServerJson.Reason(cause)}.";
}
