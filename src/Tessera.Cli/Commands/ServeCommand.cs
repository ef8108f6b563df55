using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Cli.Serving;
using Tessera.Serving.Stores;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera serve</c></summary>
internal sealed class ServeCommand : TesseraCommand
{
    private readonly Option<string> _run = Flags.Run();
    private readonly Option<string?> _urls = Urls("");
    private readonly Option<string?> _store = Flags.OptionalText(
        "--store", "sqlite:FILE|postgres:CONNECTION", "where items, events and keys are kept; default: tessera.db in the folder that holds the run's");
    private readonly Option<string?> _data = Flags.OptionalText(
        "--data", "DIR", "folder of the data set that the run was trained on, unless it is RUN/dataset: fills the catalog at the first start, and later trainings build on it");
    private readonly Option<TimeSpan?> _retrainEvery = Flags.Duration("--retrain-every", "train the next generation in the background after each such time; default: when it is asked for");
    private readonly Option<bool> _newKey = new("--new-key") { Description = "make another key, though there are some" };

    public ServeCommand(CliEnvironment environment, CancellationToken cancellationToken)
        : base("serve", "Serve a finished run over HTTP: recommendations, items, events, models.", environment, cancellationToken) => Take(_run, _data, _urls, _store, _retrainEvery, _newKey);

    /// <summary>The option for addresses to listen at.</summary>
    /// <param name="when">What its help ends with.</param>
    public static Option<string?> Urls(string when) => Flags.OptionalText(
        "--urls", "URL", $"address to listen at{when}; default: {ServeSettings.DefaultUrls}, which this machine alone reaches");

    /// <summary>Serves until the command is interrupted.</summary>
    public static void Serve(ServeSettings settings, Session session) => ServeAsync(settings, session).GetAwaiter().GetResult();

    protected override void Execute(ParseResult parsed, Session session) => Serve(
        new ServeSettings(
            parsed.GetRequiredValue(_run), parsed.GetValue(_urls) ?? ServeSettings.DefaultUrls, parsed.GetValue(_store), parsed.GetValue(_data), parsed.GetValue(_newKey))
        {
            RetrainEvery = parsed.GetValue(_retrainEvery),
        },
        session);

    private static async Task ServeAsync(ServeSettings settings, Session session)
    {
        await using ServeHost host = await ServeHost.StartAsync(settings, session.Logger, session.Cancellation);
        Store store = await host.StoreAsync();
        string? key = await host.MakeKeyAsync(settings.NewKey, session.Cancellation);
        string user = Uri.EscapeDataString(host.ExampleUser);
        string curl = $"curl -s -H 'Authorization: Bearer {key ?? "KEY"}' '{host.Address}/v1/users/{user}/recommendations?count=5'";
        string page = key is null ? $"{host.Address}/" : $"{host.Address}/#key={key}"; // behind '#', so that no server and no log sees it
        session.Print(
            () => new JsonObject
            {
                ["address"] = host.Address,
                ["store"] = store.Database.Place,
                ["storeIsNew"] = store.IsNew,
                ["key"] = key,
                ["page"] = page,
                ["try"] = curl,
            },
            console => Print(console, host.Address, store, key, page, curl));
        await host.RunAsync(
            () => session.Note("Stopping, once what was asked is answered and what is known is kept; Ctrl-C again ends it at once."), session.Cancellation);
        session.Note("Stopped.");
    }

    private static void Print(IAnsiConsole console, string address, Store store, string? key, string page, string curl)
    {
        TextWriter line = console.Profile.Out.Writer;
        line.WriteLine($"Serving at {address}; Ctrl-C ends it.");
        line.WriteLine($"Store: {store.Database.Place}, {(store.IsNew ? "which is new" : "which was there")}");
        line.WriteLine(key is null ? "Key:   one that was made earlier; --new-key makes another." : $"Key:   {key}  (allows all; it cannot be shown again)");
        line.WriteLine($"Page:  {page}");
        line.WriteLine($"Try:   {curl}");
        line.Flush();
    }
}
