namespace Tessera.Serving;

/// <summary>
/// Settings of the service, those of the section <c>Tessera</c> of a host's configuration, or of <c>Tessera:NAME</c> for a service with a name; checked when the
/// host starts, and refused where the section has others.
/// </summary>
public sealed class TesseraOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Tessera";

    /// <summary>The section of the service that these are of.</summary>
    internal string OwnSection { get; set; } = Section;

    /// <summary>
    /// Folder of a finished run. One that the store does not know yet is served from the next start on; of those that it knows, it says itself which is served.
    /// </summary>
    public string Model { get; set; } = "";

    /// <summary>The whole path of that folder, as the store keeps it.</summary>
    internal string ModelFolder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(Model));

    /// <summary>
    /// Folder of the data set that the run of <see cref="Model"/> was trained on, unchanged; of no meaning where the run's folder has it, as <c>dataset</c>. Its item
    /// table, if it has one, fills the catalog of the first run that is served: titles, texts and pictures, and as attributes what is short. Later trainings build on
    /// it; the generations that they make have their own.
    /// </summary>
    public string? Data { get; set; }

    /// <summary>What keeps shops apart that share a store: 1 to 63 lower-case letters, digits and hyphens. By default <c>default</c>, or the service's name.</summary>
    public string Namespace { get; set; } = "default";

    /// <summary>Types of events that say that a user likes an item, so that the model takes them up; null for <c>like</c>, <c>cart</c> and <c>purchase</c>.</summary>
    public IReadOnlyList<string>? Likes { get; set; }

    /// <summary>Types of events that count as clicks on recommendations; null for <c>click</c>.</summary>
    public IReadOnlyList<string>? Clicks { get; set; }

    /// <summary>Types of events that count as purchases by recommendations; null for <c>purchase</c>.</summary>
    public IReadOnlyList<string>? Purchases { get; set; }

    /// <summary>
    /// How often the next generation is trained in the background, of all that the store knows then; 1 minute to 1 year; the command <c>tessera</c> must be
    /// on the path, or be this program. Null or zero: only when asked for.
    /// </summary>
    public TimeSpan? RetrainEvery { get; set; }

    /// <summary>How often what users did since training is kept beside the run, so that the next start need not read all of it again; 1 s to 1 day.</summary>
    public TimeSpan SnapshotEvery { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>For how long recommendations that were handed out are kept, for events to name; 1 hour to 10 years.</summary>
    public TimeSpan KeepRecommendations { get; set; } = TimeSpan.FromDays(90);
}
