using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Serving.Tests.Stores;

namespace Tessera.Benchmarks.Serving;

/// <summary>Kills the service and its database and fills its disk, again and again while events are written, and counts what is lost or there twice.</summary>
internal static class KillCommand
{
    private const int Items = 2000, DiskMb = 48;
    private const string Sqlite = "sqlite", Postgres = "postgres";

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "how often each", DefaultValueFactory = _ => 50 };
        var store = new Option<string?>("--store") { Description = $"{Sqlite} or {Postgres}; default: both" };
        var command = new Command("kill", "events lost or counted twice when server or database are killed or the disk is full, and seconds until it answers again") { rounds, store };
        command.SetAction(async (parsed, _) =>
        {
            string? only = parsed.GetValue(store);
            if (only is not (null or Sqlite or Postgres)) throw new InvalidInputException($"--store is '{only}'; expected {Sqlite} or {Postgres}.");
            string folder = Directory.CreateTempSubdirectory("tessera-kill-").FullName;
            var results = new List<KillResult>();
            try
            {
                var shop = new ServedShop(folder, Items);
                if (only is null or Sqlite) await WithSqliteAsync(shop, folder, parsed.GetValue(rounds), results);
                if (only is null or Postgres) await WithPostgresAsync(shop, parsed.GetValue(rounds), results);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }

            Print(results);
            return results.All(result => result is { Lost: 0, Twice: 0 }) ? 0 : 1;
        });
        return command;
    }

    private static async Task WithSqliteAsync(ServedShop shop, string folder, int rounds, List<KillResult> results)
    {
        results.Add(await KillRounds.RunAsync(shop, shop.Store, "SQLite", "the server is killed", rounds, (killed, _) => killed.KillServerAsync()));
        if (SmallDisk.TryMount(Path.Combine(folder, "disk"), DiskMb) is not { } disk)
        {
            Console.Error.WriteLine("A full disk is left out, for no file system can be mounted here.");
            return;
        }

        using (disk)
        {
            string store = $"{Sqlite}:{Path.Combine(disk.Folder, "tessera.db")}";
            results.Add(await KillRounds.RunAsync(
                shop, store, "SQLite", "the disk is full, and the server is killed every other time", rounds, (killed, round) => killed.FillAsync(disk, isKilled: round % 2 == 1)));
        }
    }

    private static async Task WithPostgresAsync(ServedShop shop, int rounds, List<KillResult> results)
    {
        using PostgresProcess postgres = PostgresProcess.Start() ?? throw new InvalidInputException("PostgreSQL is not installed, or does not start here; install it, or say --store sqlite.");
        string connection = $"{Postgres}:Host={postgres.Folder};Username=tessera;Database=postgres;Timeout=5";
        results.Add(await KillRounds.RunAsync(shop, $"{connection};Search Path=one", "PostgreSQL", "the server is killed", rounds, (killed, _) => killed.KillServerAsync()));
        results.Add(await KillRounds.RunAsync(
            shop, $"{connection};Search Path=two", "PostgreSQL", "PostgreSQL is killed", rounds, (killed, _) => killed.KillDatabaseAsync(postgres)));
    }

    private static void Print(List<KillResult> results)
    {
        string[] head = ["Store", "What happens", "Rounds", "Events acknowledged", "Sent again", "Lost", "Counted twice", "Seconds until it answers: median", "most"];
        Console.WriteLine(Figures.Table(head, results.Select(result => (string[])
        [
            result.Store, result.What, $"{result.Seconds.Count}", Number(result.Acknowledged), Number(result.Retries), $"{result.Lost}", $"{result.Twice}",
            Figures.Short(Figures.Spread(result.Seconds)["median"]), Figures.Short(Figures.Spread(result.Seconds)["most"]),
        ])));
        Console.WriteLine();
        Console.WriteLine(new JsonArray([.. results.Select(result => (JsonNode)new JsonObject
        {
            ["store"] = result.Store,
            ["what"] = result.What,
            ["rounds"] = result.Seconds.Count,
            ["acknowledged"] = result.Acknowledged,
            ["sent_again"] = result.Retries,
            ["lost"] = result.Lost,
            ["twice"] = result.Twice,
            ["seconds"] = Figures.Spread(result.Seconds),
            ["load"] = Figures.Load,
        })]).ToJsonString());

        static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
    }
}

/// <summary>What became of the events of some rounds.</summary>
/// <param name="Lost">Events that were acknowledged and are not stored.</param>
/// <param name="Twice">Events that are stored more than once.</param>
/// <param name="Seconds">Of each round, until events are acknowledged again.</param>
internal sealed record KillResult(string Store, string What, int Acknowledged, long Retries, int Lost, int Twice, IReadOnlyList<double> Seconds);
