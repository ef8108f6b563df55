using System.Text.Json.Nodes;
using Tessera.Compute.Random;

namespace Tessera.Studies.Tuning;

/// <summary>Values of options to choose from; each combination is one setting.</summary>
internal sealed class SearchSpace
{
    private readonly List<JsonObject[]> _axes = [];

    /// <summary>Number of settings.</summary>
    public int Count => _axes.Aggregate(1, (count, axis) => count * axis.Length);

    /// <summary>The same with one more option; a null among its values stands for the default.</summary>
    public SearchSpace With(string key, params JsonNode?[] values) =>
        With([.. values.Select(value => value is null ? new JsonObject() : new JsonObject { [key] = value.DeepClone() })]);

    /// <summary>The same with one more choice, of options that belong together.</summary>
    public SearchSpace With(params JsonObject[] choices)
    {
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

    private JsonObject At(int index)
    {
        var settings = new JsonObject();
        foreach (JsonObject[] axis in _axes)
        {
            foreach ((string key, JsonNode? value) in axis[index % axis.Length]) settings[key] = value!.DeepClone();
            index /= axis.Length;
        }

        return settings;
    }
}
