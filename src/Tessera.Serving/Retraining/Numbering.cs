namespace Tessera.Serving.Retraining;

/// <summary>Numbers from 0 for names as they come.</summary>
internal sealed class Numbering
{
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<string> _names = [];

    /// <summary>The names in order.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>How many there are.</summary>
    public int Count => _names.Count;

    /// <summary>The number of a name, which gets the next one if it is new.</summary>
    public int Of(string name)
    {
        if (_numbers.TryGetValue(name, out int known)) return known;
        _numbers.Add(name, _names.Count);
        _names.Add(name);
        return _names.Count - 1;
    }

    /// <summary>The number of a name; null where it has none.</summary>
    public int? Find(string name) => _numbers.TryGetValue(name, out int known) ? known : null;
}
