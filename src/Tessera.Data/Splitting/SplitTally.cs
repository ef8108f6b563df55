using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;

namespace Tessera.Data.Splitting;

/// <summary>Labels pairs as they are read and counts what went where.</summary>
internal sealed class SplitTally(EventLog log)
{
    private readonly bool[] _trained = new bool[log.Items];
    private readonly bool[] _used = new bool[log.Items];
    private readonly int[] _pairs = new int[3];

    public int UntrainedUsers { get; private set; }

    public long Pairs => (long)_pairs[SplitRules.Training] + _pairs[SplitRules.Validation] + _pairs[SplitRules.Test];

    /// <summary>Each pair with its label, users in order and items of a user ascending.</summary>
    public IEnumerable<(int User, int Item, int Label)> Label(SplitRules.Rule rule, CancellationToken cancellation)
    {
        foreach ((int user, Event[] pairs) in log.PairsByUser(null, cancellation))
        {
            var labels = new byte[pairs.Length];
            rule(pairs, labels);
            int[] items = [.. pairs.Select(pair => pair.Item)];
            Array.Sort(items, labels);
            if (!labels.Contains(SplitRules.Training)) UntrainedUsers++;
            for (int i = 0; i < items.Length; i++)
            {
                _pairs[labels[i]] = checked(_pairs[labels[i]] + 1);
                _used[items[i]] = true;
                _trained[items[i]] |= labels[i] == SplitRules.Training;
                yield return (user, items[i], labels[i]);
            }
        }
    }

    /// <summary>The data set's size; all pairs must have been read.</summary>
    /// <exception cref="InvalidInputException">An item has no pair, or a split has none.</exception>
    public DatasetStatistics Statistics(SplitScheme scheme, IReadOnlyList<Modality> modalities)
    {
        int unused = Array.IndexOf(_used, false);
        if (unused >= 0)
            throw new InvalidInputException(
                $"Item '{log.ItemNames[unused]}' of the event log in '{log.Directory}' has no event; expected one for each item, so make the event log again.");

        foreach ((string name, byte split) in new[] { ("validation", SplitRules.Validation), ("test", SplitRules.Test), ("training", SplitRules.Training) })
        {
            if (_pairs[split] > 0) continue;
            throw new InvalidInputException(
                $"The scheme {KebabCase.Of(scheme)} puts none of the {Pairs:N0} pairs of the event log in '{log.Directory}' in {name}; "
                + "expected some in each split, so give more events for each user or choose another scheme.");
        }

        return new DatasetStatistics(
            log.Users, log.Items, _pairs[SplitRules.Training], _pairs[SplitRules.Validation], _pairs[SplitRules.Test],
            _trained.AsSpan().Count(false), ModalityStatistics.Of(modalities));
    }
}
