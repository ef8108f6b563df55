using System.Globalization;
using Tessera.Data;
using Tessera.Serving;
using Tessera.Serving.Postgres;
using Tessera.Serving.Stores;
using Tessera.Serving.Stores.Sqlite;

namespace Tessera.EventWriter;

/// <summary>
/// <c>sqlite|postgres WHERE NAMESPACE RUN</c>: appends events as fast as it can, 16 batches of 5 at a time, sends each batch twice, and prints the ids of those
/// that were acknowledged. A batch that fails is reported as <c>! sentence</c> and sent again until it succeeds. Ends when its input does.
/// </summary>
internal static class Program
{
    private const int AtATime = 16;
    private const int PerBatch = 5;
    private static readonly Lock Printing = new();
    private static readonly DateTimeOffset Time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static async Task Main(string[] args)
    {
        await using Database database = args[0] == "sqlite"
            ? await SqliteDatabase.OpenAsync(args[1], TimeProvider.System)
            : await PostgresDatabase.OpenAsync(args[1], TimeProvider.System);
        Store store = await database.OpenAsync(args[2]);
        using var ending = new CancellationTokenSource();
        Task[] writers = [.. Enumerable.Range(0, AtATime).Select(writer => Task.Run(() => WriteAsync(store, $"{args[3]}-{writer}", ending.Token)))];
        await Console.In.ReadToEndAsync();
        await ending.CancelAsync();
        await Task.WhenAll(writers);
    }

    private static async Task WriteAsync(Store store, string name, CancellationToken ending)
    {
        for (int number = 0; !ending.IsCancellationRequested; number++)
        {
            string prefix = string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");
            UserEvent[] batch = [.. Enumerable.Range(0, PerBatch).Select(at => new UserEvent($"{prefix}-{at}", name, $"i{at}", "click", Time))];
            await AppendAsync(store, batch, ending);
            await AppendAsync(store, batch, ending);
            lock (Printing)
            {
                foreach (UserEvent one in batch) Console.WriteLine(one.Id);
                Console.Out.Flush();
            }
        }
    }

    private static async Task AppendAsync(Store store, UserEvent[] batch, CancellationToken ending)
    {
        while (true)
        {
            try
            {
                await store.Events.AppendAsync(batch, cancel: CancellationToken.None);
                return;
            }
            catch (StorageException failure)
            {
                lock (Printing) Console.WriteLine($"! {failure.Message}");
                await Task.Delay(20, CancellationToken.None);
                if (ending.IsCancellationRequested) throw;
            }
        }
    }
}
