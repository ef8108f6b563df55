using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tessera.Data;
using Tessera.Recommendation.Recommenders;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Following;

/// <summary>Opens generations as the settings say.</summary>
internal class GenerationOpener(ModelCatalog models, [FromKeyedServices] IOptions<TesseraOptions> options, ILogger<GenerationOpener> logger)
{
    /// <summary>Types of events that say that a user likes an item, where the settings name none.</summary>
    private static readonly string[] UsualLikes = ["like", "cart", "purchase"];

    private readonly IReadOnlySet<string> _likes = LikesOf(options.Value);

    /// <summary>Types of events that say that a user likes an item.</summary>
    public static IReadOnlySet<string> LikesOf(TesseraOptions options) => new HashSet<string>(options.Likes ?? UsualLikes);

    /// <summary>Opens a generation and brings it up to the end of the log.</summary>
    /// <exception cref="InvalidInputException">The folder holds no finished run, or it is damaged.</exception>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    public virtual Task<FollowedModel> OpenAsync(StoredGeneration stored, Store store, CancellationToken cancel) =>
        FollowedModel.OpenAsync(stored, store, models, _likes, logger, cancel);
}
