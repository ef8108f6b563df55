using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Models;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;
using Tessera.Studies.Plans;
using Tessera.Studies.Tuning;

namespace Tessera.Studies.Paper;

/// <summary>What a study is asked of.</summary>
/// <param name="Data">Folders and data sets.</param>
/// <param name="Models">Names of the models asked for; empty for those that the study has by default.</param>
/// <param name="Settings">Options that differ from the defaults: for every model that has them, or, such as <c>lirdrec.layers</c>, for one alone.</param>
internal sealed record StudyRequest(IReadOnlyList<(string Folder, Dataset Dataset)> Data, IReadOnlyList<string> Models, JsonObject Settings)
{
    /// <summary>The modalities to keep of a data set, by its folder, where not all are.</summary>
    public IReadOnlyDictionary<string, string[]> Modalities { get; init; } = new Dictionary<string, string[]>();

    /// <summary>Processor time in minutes for the search of each model's settings, where the study compares models; null to take the settings as they are.</summary>
    public double? SearchMinutes { get; init; }

    /// <summary>Whether values of settings are all those of the paper's figure, where the study has a coarse grid else.</summary>
    public bool WholeGrid { get; init; }

    /// <summary>The models there are.</summary>
    public static ModelCatalog Catalog { get; } = ModelCatalog.Of(typeof(LirdRec).Assembly);

    /// <summary>Refuses a setting that no model of these cells has.</summary>
    /// <exception cref="InvalidInputException">There is one.</exception>
    public void RequireUsed(IEnumerable<StudyCell> cells)
    {
        string[] models = [.. cells.Select(cell => cell.Model).Distinct().Where(name => Catalog.Models.Any(model => model.Name == name))];
        HashSet<string> known = [.. models.Select(Catalog.Find).SelectMany(model => UsedBy(model).SelectMany(key => new[] { key, $"{model.Name}.{key}" }))];
        if (Settings.Select(pair => pair.Key).FirstOrDefault(key => !known.Contains(key)) is { } idle)
            throw new InvalidInputException($"'{idle}' is no option of training or of {string.Join(", ", models)}; 'tessera models' lists those there are.");
    }

    /// <summary>The same request, unless it sets an option on which the study decides.</summary>
    /// <param name="study">Name of the study.</param>
    /// <param name="decided">Keys of such options.</param>
    /// <exception cref="InvalidInputException">It does.</exception>
    public StudyRequest Free(string study, params IReadOnlyList<string> decided) => Settings.FirstOrDefault(pair => decided.Contains(pair.Key[(pair.Key.IndexOf('.', StringComparison.Ordinal) + 1)..])).Key is not { } key ? this
        : throw new InvalidInputException($"The study '{study}' decides on '{key}' itself; leave it out of the settings.");

    /// <summary>A model that learns from item features.</summary>
    /// <exception cref="InvalidInputException">There is none of this name, or it does not.</exception>
    public static ModelDescription Reading(string name) => Catalog.Find(name) is { NeedsFeatures: true } model ? model
        : throw new InvalidInputException(
            $"{Catalog.Find(name).Title} does not learn from item features, which the study is of; leave it out of the models.");

    /// <summary>The settings asked for of a model, as far as it has a use for them; those for it alone win.</summary>
    public JsonObject SettingsOf(ModelDescription model)
    {
        HashSet<string> known = [.. UsedBy(model)];
        string own = model.Name + '.';
        IEnumerable<KeyValuePair<string, JsonNode?>> ofModel = Settings.Where(pair => pair.Key.StartsWith(own, StringComparison.Ordinal)).Select(pair => KeyValuePair.Create(pair.Key[own.Length..], pair.Value));
        var all = new JsonObject();
        foreach ((string key, JsonNode? value) in Settings.Concat(ofModel).Where(pair => known.Contains(pair.Key))) all[key] = value?.DeepClone();
        return all;
    }

    /// <summary>The options of training asked for of a model, the others at their defaults.</summary>
    /// <exception cref="InvalidInputException">A value is not what its option has.</exception>
    public TrainingOptions TrainingOf(ModelDescription model) => OptionsBinder.Bind<TrainingOptions>(SettingsOf(model), model.OptionsType);

    /// <summary>The first seeds to measure with, without those that settings are searched with where they are.</summary>
    /// <param name="count">How many.</param>
    public IReadOnlyList<ulong> Seeds(int count)
    {
        IReadOnlyList<ulong> taken = SearchMinutes is null ? [] : SuccessiveHalving.Seeds;
        return [.. Enumerable.Range(1, count + taken.Count).Select(seed => (ulong)seed).Except(taken)];
    }

    /// <summary>The models asked for, or these.</summary>
    public IReadOnlyList<string> ModelsOr(params IReadOnlyList<string> defaults) => Models.Count > 0 ? Models : defaults;

    /// <summary>A cell with the settings asked for, as far as its model has a use for them, and others that win over them.</summary>
    /// <param name="settings">Options of the model and of training; a null stands for the default.</param>
    public StudyCell Cell(string folder, string model, JsonObject? settings = null)
    {
        ModelDescription description = Catalog.Find(model);
        JsonObject all = SettingsOf(description);
        foreach ((string key, JsonNode? value) in settings ?? []) all[key] = value?.DeepClone();
        foreach (string key in all.Where(pair => pair.Value is null).Select(pair => pair.Key).ToArray()) all.Remove(key);
        return new StudyCell(folder, description.Name) { Settings = all, Variant = new DataVariant { Modalities = Modalities.GetValueOrDefault(folder) } };
    }

    /// <summary>Refuses models other than the study's own.</summary>
    /// <param name="model">Its name.</param>
    /// <param name="study">Name of the study.</param>
    /// <exception cref="InvalidInputException">Others are asked for.</exception>
    public void RequireOnly(string model, string study)
    {
        if (Models.FirstOrDefault(other => Catalog.Find(other).Name != model) is { } other)
            throw new InvalidInputException(
                $"The study '{study}' is of what {Catalog.Find(model).Title} alone has, and {Catalog.Find(other).Title} is asked for; leave the models out.");
    }

    /// <summary>Refuses data sets with fewer modalities than the study needs.</summary>
    /// <param name="least">The number it needs.</param>
    /// <param name="study">Name of the study.</param>
    /// <exception cref="InvalidInputException">There is such a data set.</exception>
    public void RequireModalities(int least, string study)
    {
        if (Data.FirstOrDefault(data => data.Dataset.Modalities.Count < least) is not { Folder: { } folder, Dataset: { } dataset }) return;
        string has = dataset.Modalities.Count == 0 ? "no modality" : $"only {string.Join(" and ", dataset.Modalities.Select(modality => $"'{modality.Name}'"))}";
        throw new InvalidInputException(
            $"The data set in '{folder}' has {has}, and the study '{study}' needs {(least == 1 ? "one" : $"{least} modalities")} or more; "
            + "give one that has them, or add some by 'tessera data encode'.");
    }

    /// <summary>The options that do something with a model: none of training where nothing is trained, nor of features that are not read.</summary>
    private IEnumerable<string> UsedBy(ModelDescription model)
    {
        bool readsFeatures = model.NeedsFeatures || Settings["coldItems"]?.ToString() is not (null or "own");
        IEnumerable<string> training = NamesOf(typeof(TrainingOptions))
            .Where(name => name is "featureScaling" or "featureDimensions" ? readsFeatures : !model.IsItemBased);
        return NamesOf(model.OptionsType).Concat(training);

        static IEnumerable<string> NamesOf(Type options) => OptionsBinder.Describe(options).Select(option => option.Name);
    }
}
