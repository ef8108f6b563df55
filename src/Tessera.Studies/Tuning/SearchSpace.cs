using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;

namespace Tessera.Studies.Tuning;

/// <summary>Values of options to choose from; each combination is one setting.</summary>
internal sealed class SearchSpace
{
    private const int MostSettings = 10_000_000; // which are shuffled
    private readonly List<JsonObject[]> _axes = [];

    /// <summary>Reads the values of options from a file: one JSON object, each option with a list of its values, null among them for the default.</summary>
    /// <param name="model">The model whose options they are, or training's.</param>
    /// <exception cref="InvalidInputException">The file is absent or no such object, or a value is none that the option can have.</exception>
    public static SearchSpace Read(string path, ModelDescription model)
    {
        Dictionary<string, JsonNode?[]> axes = JsonRecord.ReadIfPresent<Dictionary<string, JsonNode?[]>>(
            path, "is no grid", "expected one JSON object with a list of values for each option, such as { \"learningRate\": [0.001, 0.005] }", RefuseEmpty, nullEntries: true)
            ?? throw new InvalidInputException($"There is no grid '{path}'; expected a JSON file such as {{ \"learningRate\": [0.001, 0.005] }}, or 'default'.");
        var space = new SearchSpace();
        foreach ((string key, JsonNode?[] values) in axes)
        {
            OptionsBinder.CheckKnown(new JsonObject { [key] = null }, model.OptionsType, typeof(TrainingOptions));
            space = space.With(key, [.. values.Select(value => value is null ? null : Typed(model, new JsonObject { [key] = value.DeepClone() })[key])]);
        }

        return space;
    }

    /// <summary>Number of settings.</summary>
    public int Count => (int)_axes.Aggregate(1L, (count, axis) => count * axis.Length);

    /// <summary>The same with one more option; a null among its values stands for the default.</summary>
    public SearchSpace With(string key, params JsonNode?[] values) =>
        With([.. values.Select(value => value is null ? new JsonObject() : new JsonObject { [key] = value.DeepClone() })]);

    /// <summary>The same with one more choice, of options that belong together.</summary>
    public SearchSpace With(params JsonObject[] choices)
    {
        if ((long)Count * choices.Length > MostSettings)
            throw new InvalidInputException($"There are more than {MostSettings:N0} settings to choose from; expected fewer values, or fewer options.");
        var space = new SearchSpace();
        space._axes.AddRange([.. _axes, choices]);
        return space;
    }

    /// <summary>The same with options that are set, so that there is no choice of them, nor of what belongs together with them.</summary>
    public SearchSpace Fixed(JsonObject settings)
    {
        var space = new SearchSpace();
        space._axes.AddRange(_axes.Where(axis => !axis.Any(choice => choice.Any(option => settings.ContainsKey(option.Key)))));
        space._axes.Add([settings.DeepClone().AsObject()]);
        return space;
    }

    /// <summary>All settings, each once, in random order.</summary>
    public IEnumerable<JsonObject> Shuffled(Rng rng)
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        rng.Shuffle(order);
        return order.Select(At);
    }

    private static void RefuseEmpty(Dictionary<string, JsonNode?[]> axes)
    {
        if (axes.Count == 0) throw new JsonException("it names no option");
        if (axes.FirstOrDefault(axis => axis.Value.Length == 0) is { Key: not null } empty) throw new JsonException($"'{empty.Key}' has no values");
    }

    /// <summary>Options of a model or of training, each value as JSON of what the option is: <c>0.001</c> for the text "0.001".</summary>
    /// <exception cref="InvalidInputException">There is no such option, or it cannot have the value.</exception>
    public static JsonObject Typed(ModelDescription model, JsonObject options)
    {
        JsonObject ofModel = OptionsBinder.ToJson(OptionsBinder.Bind(model.OptionsType, options, typeof(TrainingOptions)));
        JsonObject ofTraining = OptionsBinder.ToJson(OptionsBinder.Bind<TrainingOptions>(options, model.OptionsType));
        return new(options.Select(option => KeyValuePair.Create(option.Key, (ofModel.ContainsKey(option.Key) ? ofModel : ofTraining)[option.Key]?.DeepClone())));
    }

    private JsonObject At(int index)
    {
        var settings = new JsonObject();
        foreach (JsonObject[] axis in _axes)
        {
            foreach ((string key, JsonNode? value) in axis[index % axis.Length]) settings[key] = value?.DeepClone();
            index /= axis.Length;
        }

        return settings;
    }
}
