using System.Text.Json.Nodes;
using Tessera.Compute.Random;

namespace Tessera.Studies.Tuning;

/// <summary>Values of options to choose from; each combination is one setting.</summary>
internal sealed class SearchSpace
{
    private readonly List<(string Key, JsonNode?[] Values)> _axes = [];

    /// <summary>Number of settings.</summary>
    public int Count => _axes.Aggregate(1, (count, axis) => count * axis.Values.Length);

    /// <summary>The same with one more option; a null among its values stands for the default.</summary>
    public SearchSpace With(string key, params JsonNode?[] values)
    {
        var space = new SearchSpace();
        space._axes.AddRange([.. _axes, (key, values)]);
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
        foreach ((string key, JsonNode?[] values) in _axes)
        {
            if (values[index % values.Length] is { } value) settings[key] = value.DeepClone();
            index /= values.Length;
        }

        return settings;
    }
}
