using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Tessera.Data.Storage;
using Tessera.Encoders.Encodings;
using Tessera.Models;
using Tessera.Recommendation.Recommenders;
using Tessera.Serving;
using Tessera.Serving.Catalog;
using Tessera.Serving.Experiments;
using Tessera.Serving.Following;
using Tessera.Serving.Generations;
using Tessera.Serving.Health;
using Tessera.Serving.Hosting;
using Tessera.Serving.Ranking;
using Tessera.Serving.Retraining;
using Tessera.Serving.Stores;
using Tessera.Serving.Stores.Sqlite;
using Tessera.Serving.Telemetry;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the service to a host.</summary>
public static class TesseraServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IRecommender"/>, <see cref="IItemCatalog"/>, <see cref="IEventLog"/> and <see cref="IExperiment"/> over a trained run, and what keeps them up
    /// to date while the host runs; the checks <c>tessera-alive</c> and <c>tessera-ready</c>, tagged <c>alive</c> and <c>ready</c>; and the meter and activity
    /// source <c>Tessera</c>. Without more, it stores in <c>tessera.db</c> in the folder that holds the run's.
    /// </summary>
    /// <param name="configure">Changes settings of the configuration's section <see cref="TesseraOptions.Section"/>; null to take them as they are.</param>
    public static ITesseraBuilder AddTessera(this IServiceCollection services, Action<TesseraOptions>? configure = null) => Add(services, name: null, configure);

    /// <summary>
    /// Adds one more service under a key, beside others: <c>GetRequiredKeyedService&lt;IRecommender&gt;("books")</c>, or <c>[FromKeyedServices("books")]</c> at a
    /// parameter. It has its own store, which without more is <c>tessera-NAME.db</c> in the folder that holds its run's; its own checks,
    /// <c>tessera-NAME-alive</c> and <c>tessera-NAME-ready</c>; and its meter is tagged <c>service</c>.
    /// </summary>
    /// <param name="name">The key, and by default the namespace in the store: 1 to 63 lower-case letters, digits and hyphens.</param>
    /// <param name="configure">Changes settings of the configuration's section <c>Tessera:NAME</c>; null to take them as they are.</param>
    public static ITesseraBuilder AddTessera(this IServiceCollection services, string name, Action<TesseraOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!OptionsRules.IsName(name)) throw new ArgumentException($"The name of the service is {SourceText.Quoted(name)}; expected {OptionsRules.Names}.", nameof(name));
        if (OptionsRules.IsSetting(name)) throw new ArgumentException($"The service cannot be named {SourceText.Quoted(name)}, as a setting is; expected another name.", nameof(name));
        return Add(services, name, configure);
    }

    /// <summary>Stores in a SQLite file, for one process that writes.</summary>
    /// <param name="path">The file, which is made with the folders above it where it is not there.</param>
    public static ITesseraBuilder UseSqlite(this ITesseraBuilder builder, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return builder.Use(async time => await SqliteDatabase.OpenAsync(path, time));
    }

    /// <summary>
    /// Hands over models in this process, such as those of Tessera.Encoders.Onnx, that encode items which are put, to all services of the host. Used are those that
    /// made a run's features.
    /// </summary>
    /// <param name="models">Any number; each is opened when an item needs it.</param>
    public static ITesseraBuilder UseEncoders(this ITesseraBuilder builder, params LocalModel[] models)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(models);
        foreach (LocalModel model in models) builder.Services.AddSingleton(model);
        return builder;
    }

    /// <summary>Stores in another database.</summary>
    internal static ITesseraBuilder Use(this ITesseraBuilder builder, Func<TimeProvider, Task<Database>> open)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.KeyedSingleton(builder.Name, (provider, _) => Source(provider, builder.Name, open)));
        return builder;
    }

    /// <summary>Adds a service. What is of one model has its name as key, which those who need it inherit; without a name it has none.</summary>
    private static TesseraBuilder Add(IServiceCollection services, string? name, Action<TesseraOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        var builder = new TesseraBuilder(services, name);
        bool isThere = services.Any(service => service.ServiceType == typeof(StoreSource) && Equals(service.ServiceKey, name));
        if (!isThere) AddOptions(builder);
        if (configure is not null) services.Configure(name ?? Options.Options.DefaultName, configure);
        if (isThere) return builder;
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(ModelCatalog.Of(typeof(LirdRec).Assembly));
        services.TryAddSingleton(_ => TrainingCommand.OfHost());
        services.TryAddSingleton<TrainingProcess>();
        services.TryAddKeyedSingleton(name, (provider, _) => Source(provider, name, time => OpenSqliteAsync(provider, name, time)));
        services.TryAddKeyedSingleton<ServedGenerations>(name);
        services.TryAddKeyedSingleton(name, (_, _) => new SearchQueue(Environment.ProcessorCount));
        services.TryAddKeyedSingleton<LogProgress>(name);
        services.TryAddKeyedSingleton<GenerationOpener>(name);
        services.TryAddKeyedSingleton<GenerationKeeper>(name);
        services.TryAddKeyedSingleton<ServiceMetrics>(name);
        services.TryAddKeyedSingleton<StatusReader>(name);
        services.TryAddKeyedSingleton<ItemVectors>(name);
        services.TryAddKeyedSingleton<ItemPreviewer>(name);
        services.TryAddKeyedSingleton<LogFollower>(name);
        services.TryAddKeyedSingleton<RecommendationRecorder>(name);
        services.TryAddKeyedSingleton<GenerationMaker>(name);
        services.TryAddKeyedSingleton<Retrainer>(name);
        services.TryAddKeyedSingleton<IRecommender, ServedRecommender>(name);
        services.TryAddKeyedSingleton<IItemCatalog, ItemCatalog>(name);
        services.TryAddKeyedSingleton<EventLog>(name);
        services.TryAddKeyedSingleton<IEventLog>(name, (provider, _) => provider.GetRequiredKeyedService<EventLog>(name));
        services.TryAddKeyedSingleton<IExperiment, Experiment>(name);
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<LogFollower>(name));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<RecommendationRecorder>(name));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<Retrainer>(name));
        AddCheck<AliveCheck>(builder, "alive");
        AddCheck<ReadyCheck>(builder, "ready");
        return builder;
    }

    private static void AddOptions(TesseraBuilder builder)
    {
        (IServiceCollection services, string? name) = (builder.Services, builder.Name);
        OptionsBuilder<TesseraOptions> options = services.AddOptions<TesseraOptions>(name);
        if (name is not null)
        {
            services.AddSingleton(new NamedService(name));
            options.Configure(of => (of.OwnSection, of.Namespace) = ($"{TesseraOptions.Section}:{name}", name));
            services.TryAddKeyedSingleton(name, (provider, _) => Options.Options.Create(provider.GetRequiredService<IOptionsMonitor<TesseraOptions>>().Get(name)));
        }

        options.BindConfiguration(name is null ? TesseraOptions.Section : $"{TesseraOptions.Section}:{name}");
        options.ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TesseraOptions>, OptionsRules>());
    }

    /// <summary>Adds a check under a tag, for the service by its name.</summary>
    private static void AddCheck<TCheck>(TesseraBuilder builder, string tag)
        where TCheck : class, IHealthCheck
    {
        builder.Services.TryAddKeyedSingleton<TCheck>(builder.Name);
        string check = builder.Name is { } name ? $"tessera-{name}-{tag}" : $"tessera-{tag}";
        builder.Services.AddHealthChecks().Add(
            new HealthCheckRegistration(check, provider => provider.GetRequiredKeyedService<TCheck>(builder.Name), failureStatus: null, [tag]));
    }

    private static StoreSource Source(IServiceProvider provider, string? name, Func<TimeProvider, Task<Database>> open) => new(
        () => open(provider.GetRequiredService<TimeProvider>()), OptionsOf(provider, name).Namespace);

    private static async Task<Database> OpenSqliteAsync(IServiceProvider provider, string? name, TimeProvider time)
    {
        string run = OptionsOf(provider, name).ModelFolder, file = name is null ? "tessera.db" : $"tessera-{name}.db";
        return await SqliteDatabase.OpenAsync(Path.Combine(Path.GetDirectoryName(run) ?? run, file), time);
    }

    private static TesseraOptions OptionsOf(IServiceProvider provider, string? name) => provider.GetRequiredKeyedService<IOptions<TesseraOptions>>(name).Value;
}
