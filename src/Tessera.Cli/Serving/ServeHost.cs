using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Encoders.Onnx;
using Tessera.Recommendation.Runs;
using Tessera.Server.Access;
using Tessera.Server.OpenApi;
using Tessera.Serving;
using Tessera.Serving.Generations;
using Tessera.Serving.Stores;

namespace Tessera.Cli.Serving;

/// <summary>The host behind <c>tessera serve</c>: Kestrel with limits, the store that was asked for, the endpoints and health checks.</summary>
internal sealed class ServeHost : IAsyncDisposable
{
    private const int LeastThreads = 8; // or on one core a request waits until what another does is done
    private const int MaxBody = 8 << 20, MaxConnections = 4096;
    private static readonly TimeSpan MaxRequest = TimeSpan.FromSeconds(30), MaxHeaders = TimeSpan.FromSeconds(10);

    private readonly WebApplication _app;

    private ServeHost(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()
        .Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal);

    /// <summary>The host's services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>A user whom the model knows, or somebody, where none is served.</summary>
    public string ExampleUser =>
        Services.GetRequiredService<ServedGenerations>().Current?.Champion.Live.Current is { UserCount: > 0 } run ? run.UserId(0) : "anna";

    /// <summary>Where it stores.</summary>
    public Task<Store> StoreAsync() => Services.GetRequiredService<StoreSource>().OpenAsync();

    /// <summary>Starts to serve.</summary>
    /// <exception cref="InvalidInputException">The run, an address or another setting cannot be used.</exception>
    /// <exception cref="StorageException">The store cannot be used.</exception>
    public static async Task<ServeHost> StartAsync(ServeSettings settings, ILogger logger, CancellationToken cancel)
    {
        settings.Check();
        ThreadPool.GetMinThreads(out int workers, out int completions);
        ThreadPool.SetMinThreads(Math.Max(LeastThreads, workers), completions);
        new RunDirectory(settings.Run).OpenFinished(); // before a store is made for it
        WebApplication app = Build(settings, logger);
        try
        {
            await app.StartAsync(cancel);
            return new ServeHost(app);
        }
        catch (Exception cause)
        {
            await app.DisposeAsync();
            throw cause switch
            {
                OptionsValidationException => new InvalidInputException(cause.Message, cause),
                StorageException => cause,
                InvalidOperationException when cause.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal) => new InvalidInputException(
                    $"A setting cannot be read: {SourceText.Reason(cause)}; expected a value such as 30.00:00:00 of a time and 200 of a number.", cause),
                InvalidOperationException when cause.Message.Contains("HTTPS", StringComparison.Ordinal) => new InvalidInputException(
                    $"'{settings.Urls}' asks for HTTPS, and there is no certificate for it; name one by Kestrel__Certificates__Default__Path and ..._Password, or use http.", cause),
                IOException or FormatException or SocketException or InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } => new InvalidInputException(
                    $"The server cannot listen at '{settings.Urls}' ({cause.Message.TrimEnd('.')}); choose another address, such as --urls http://127.0.0.1:8081, or http://0.0.0.0:8081 for all that this machine has.", cause),
                _ => cause,
            };
        }
    }

    /// <summary>Makes a key that allows all, if there is none or one is asked for.</summary>
    /// <returns>The key; null where it is not made.</returns>
    public async Task<string?> MakeKeyAsync(bool always, CancellationToken cancel)
    {
        Store store = await StoreAsync();
        IReadOnlyList<AccessKey> keys = await store.Database.Keys.ListAsync(store, cancel);
        if (!always && keys.Any(key => key.Revoked is null)) return null;
        (_, string secret) = await store.Database.Keys.CreateAsync(store, "made by tessera serve", KeyScopes.Read | KeyScopes.Write | KeyScopes.Admin, cancel);
        return secret;
    }

    /// <summary>Serves until it is stopped.</summary>
    /// <param name="stopping">Told when it begins to stop, which lasts until all requests are answered.</param>
    public async Task RunAsync(Action stopping, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, _app.Lifetime.ApplicationStopping);
        await Task.Delay(Timeout.Infinite, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping();
        await _app.StopAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static WebApplication Build(ServeSettings settings, ILogger logger)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [], EnvironmentName = Environments.Production });
        builder.Logging.ClearProviders().AddProvider(new ServeLogs(logger)).AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.Hosting", LogLevel.Warning)
            .AddFilter("Tessera.Server.Access", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // what it tells, the command does
        builder.WebHost.UseKestrelHttpsConfiguration().UseUrls(settings.Urls).ConfigureKestrel(Limit);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = MaxRequest);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        ITesseraBuilder tessera = builder.Services.AddTessera(settings.Apply).AddServer().UseEncoders(OnnxModels.MiniLm(), OnnxModels.ResNet18());
        if (settings.SqliteFile is { } file) tessera.UseSqlite(file);
        if (settings.PostgresConnection is { } connection) tessera.UsePostgres(connection);
        builder.Services.AddTesseraDocument().AddTelemetry();
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Explain);
        builder.Services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = MaxRequest });

        WebApplication app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRequestTimeouts();
        app.MapTessera("/v1");
        app.MapTesseraPage("/");
        app.MapOpenApi();
        app.MapPrometheusScrapingEndpoint("/metrics").RequireScope(Scopes.Read);
        app.MapHealthChecks("/health", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains("alive") });
        return app;
    }

    /// <summary>A sentence for what no endpoint has answered.</summary>
    private static void Explain(ProblemDetailsContext context) => context.ProblemDetails.Detail ??= context.ProblemDetails.Status switch
    {
        StatusCodes.Status404NotFound => "There is nothing at this address; expected one of those that /openapi/v1.json lists.",
        StatusCodes.Status405MethodNotAllowed => "The address does not take this method; expected one of those that the header Allow names.",
        StatusCodes.Status415UnsupportedMediaType => "The body is not announced as what the address takes; expected a header such as 'Content-Type: application/json', or for an image 'Content-Type: image/png'.",
        StatusCodes.Status504GatewayTimeout => "The request took too long and was given up; ask again, or for less.",
        _ => null,
    };

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBody;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.RequestHeadersTimeout = MaxHeaders;
    }

    /// <summary>Leaves the signals of the process to the command.</summary>
    private sealed class SilentLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
