using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Models;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;
using Tessera.Studies.Plans;

namespace Tessera.Studies.Paper;

/// <summary>What a study is asked of.</summary>
/// <param name="Data">Folders and data sets.</param>
/// <param name="Models">Names of the models asked for; empty for those that the study has by default.</param>
/// <param name="Settings">Options that differ from the defaults, for every model that has them.</param>
internal sealed record StudyRequest(IReadOnlyList<(string Folder, Dataset Dataset)> Data, IReadOnlyList<string> Models, JsonObject Settings)
{
    /// <summary>The models there are.</summary>
    public static ModelCatalog Catalog { get; } = ModelCatalog.Of(typeof(LirdRec).Assembly);

    /// <summary>The options of training asked for, the others at their defaults.</summary>
    /// <exception cref="InvalidInputException">A value is not what its option has.</exception>
    public TrainingOptions Training
    {
        get
        {
            HashSet<string> known = [.. OptionsBinder.Describe(typeof(TrainingOptions)).Select(option => option.Name)];
            return OptionsBinder.Bind<TrainingOptions>(new JsonObject(Settings.Where(pair => known.Contains(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))));
        }
    }

    /// <summary>The models asked for, or these.</summary>
    public IReadOnlyList<string> ModelsOr(params IReadOnlyList<string> defaults) => Models.Count > 0 ? Models : defaults;

    /// <summary>A cell with the settings asked for, as far as its model has them, and others that win over them.</summary>
    /// <param name="settings">Options of the model and of training; a null stands for the default.</param>
    public StudyCell Cell(string folder, string model, JsonObject? settings = null)
    {
        ModelDescription description = Catalog.Find(model);
        HashSet<string> known = [.. new[] { description.OptionsType, typeof(TrainingOptions) }.SelectMany(OptionsBinder.Describe).Select(option => option.Name)];
        var all = new JsonObject();
        foreach ((string key, JsonNode? value) in Settings.Where(pair => known.Contains(pair.Key)).Concat(settings ?? [])) all[key] = value?.DeepClone();
        foreach (string key in all.Where(pair => pair.Value is null).Select(pair => pair.Key).ToArray()) all.Remove(key);
        return new StudyCell(folder, description.Name) { Settings = all };
    }
}
