using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
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
    private const string AliveTag = "alive", ReadyTag = "ready";

    /// <summary>
    /// Adds <see cref="IRecommender"/>, <see cref="IItemCatalog"/>, <see cref="IEventLog"/> and <see cref="IExperiment"/> over a trained run, and what keeps them up
    /// to date while the host runs; the checks <c>tessera-alive</c> and <c>tessera-ready</c>, tagged <c>alive</c> and <c>ready</c>; and the meter and activity
    /// source <c>Tessera</c>. Without more, it stores in <c>tessera.db</c> in the folder that holds the run's.
    /// </summary>
    /// <param name="configure">Changes settings of the configuration's section <see cref="TesseraOptions.Section"/>; null to take them as they are.</param>
    public static ITesseraBuilder AddTessera(this IServiceCollection services, Action<TesseraOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<TesseraOptions> options = services.AddOptions<TesseraOptions>().BindConfiguration(TesseraOptions.Section);
        if (configure is not null) options.Configure(configure);
        options.ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TesseraOptions>, OptionsRules>());
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(ModelCatalog.Of(typeof(LirdRec).Assembly));
        services.TryAddSingleton(provider => Source(provider, time => OpenSqliteAsync(provider, time)));
        services.TryAddSingleton<ServedGenerations>();
        services.TryAddSingleton(_ => new SearchQueue(Environment.ProcessorCount));
        services.TryAddSingleton<LogProgress>();
        services.TryAddSingleton<GenerationKeeper>();
        services.TryAddSingleton<ServiceMetrics>();
        services.TryAddSingleton<StatusReader>();
        services.TryAddSingleton<ItemVectors>();
        services.TryAddSingleton<ItemPreviewer>();
        services.TryAddSingleton<LogFollower>();
        services.TryAddSingleton<RecommendationRecorder>();
        services.TryAddSingleton(_ => TrainingCommand.OfHost());
        services.TryAddSingleton<TrainingProcess>();
        services.TryAddSingleton<GenerationMaker>();
        services.TryAddSingleton<Retrainer>();
        services.TryAddSingleton<IRecommender, ServedRecommender>();
        services.TryAddSingleton<IItemCatalog, ItemCatalog>();
        services.TryAddSingleton<EventLog>();
        services.TryAddSingleton<IEventLog>(provider => provider.GetRequiredService<EventLog>());
        services.TryAddSingleton<IExperiment, Experiment>();
        services.AddHostedService(provider => provider.GetRequiredService<LogFollower>());
        services.AddHostedService(provider => provider.GetRequiredService<RecommendationRecorder>());
        services.AddHostedService(provider => provider.GetRequiredService<Retrainer>());
        services.AddHealthChecks().AddCheck<AliveCheck>("tessera-alive", tags: [AliveTag]).AddCheck<ReadyCheck>("tessera-ready", tags: [ReadyTag]);
        return new TesseraBuilder(services);
    }

    /// <summary>Stores in a SQLite file, for one process that writes.</summary>
    /// <param name="path">The file, which is made with the folders above it where it is not there.</param>
    public static ITesseraBuilder UseSqlite(this ITesseraBuilder builder, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return builder.Use(async time => await SqliteDatabase.OpenAsync(path, time));
    }

    /// <summary>Trains the next generation every so often; see <see cref="TesseraOptions.RetrainEvery"/>. The command <c>tessera</c> must be on the path, or be this program.</summary>
    public static ITesseraBuilder RetrainEvery(this ITesseraBuilder builder, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure<TesseraOptions>(options => options.RetrainEvery = period);
        return builder;
    }

    /// <summary>Hands over models in this process, such as those of Tessera.Encoders.Onnx, that encode items which are put. Used are those that made a run's features.</summary>
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
        builder.Services.Replace(ServiceDescriptor.Singleton(provider => Source(provider, open)));
        return builder;
    }

    private static StoreSource Source(IServiceProvider provider, Func<TimeProvider, Task<Database>> open) => new(
        () => open(provider.GetRequiredService<TimeProvider>()), provider.GetRequiredService<IOptions<TesseraOptions>>().Value.Namespace);

    private static async Task<Database> OpenSqliteAsync(IServiceProvider provider, TimeProvider time)
    {
        string run = provider.GetRequiredService<IOptions<TesseraOptions>>().Value.ModelFolder;
        return await SqliteDatabase.OpenAsync(Path.Combine(Path.GetDirectoryName(run) ?? run, "tessera.db"), time);
    }
}
