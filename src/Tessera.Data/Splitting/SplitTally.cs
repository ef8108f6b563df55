using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;

namespace Tessera.Data.Splitting;

/// <summary>Labels pairs as they are read and counts what went where.</summary>
internal sealed class SplitTally(EventLog log)
{
    private readonly bool[] _trained = new bool[log.Items];
    private readonly int[] _pairs = new int[3];
    private int _fewest = int.MaxValue; // training pairs of the user with the fewest, those without any apart

    public int UntrainedUsers { get; private set; }

    /// <summary>Number of pairs without a time.</summary>
    public long Untimed { get; private set; }

    public long Pairs => (long)_pairs[SplitRules.Training] + _pairs[SplitRules.Validation] + _pairs[SplitRules.Test];

    /// <summary>Each pair with its label and its time, users in order and items of a user ascending.</summary>
    public IEnumerable<(int User, int Item, int Label, long Time)> Label(SplitRules.Rule rule, CancellationToken cancellationToken)
    {
        foreach ((int user, Event[] pairs) in log.PairsByUser(null, cancellationToken))
        {
            var labels = new byte[pairs.Length];
            rule(pairs, labels);
            Untimed += pairs.Count(pair => pair.Time == 0);
            int[] order = [.. Enumerable.Range(0, pairs.Length)];
            Array.Sort([.. pairs.Select(pair => pair.Item)], order);
            int training = labels.AsSpan().Count(SplitRules.Training);
            if (training == 0) UntrainedUsers++;
            else _fewest = Math.Min(_fewest, training);
            foreach (int i in order)
            {
                _pairs[labels[i]] = checked(_pairs[labels[i]] + 1);
                _trained[pairs[i].Item] |= labels[i] == SplitRules.Training;
                yield return (user, pairs[i].Item, labels[i], pairs[i].Time);
            }
        }
    }

    /// <summary>The data set's size; all pairs must have been read.</summary>
    /// <exception cref="InvalidInputException">A split has no pair, or training nothing to tell apart.</exception>
    public DatasetStatistics Statistics(SplitScheme scheme, IReadOnlyList<Modality> modalities)
    {
        (string, byte)[] needed = scheme == SplitScheme.None
            ? [("training", SplitRules.Training)]
            : [("validation", SplitRules.Validation), ("test", SplitRules.Test), ("training", SplitRules.Training)];
        foreach ((string name, byte split) in needed)
        {
            if (_pairs[split] > 0) continue;
            throw new InvalidInputException(
                $"The scheme {KebabCase.Of(scheme)} puts none of the {Pairs:N0} pairs of the event log in '{log.Directory}' in {name}; "
                + $"expected some in each split, so give more events for each user, or choose another scheme ({KebabCase.Of(SplitScheme.None)} trains on all of them).");
        }

        int trained = _trained.AsSpan().Count(true);
        if (_fewest == trained)
            throw new InvalidInputException(
                $"The scheme {KebabCase.Of(scheme)} leaves every user of the event log in '{log.Directory}' who has any training item with all {trained:N0} of them; "
                + "expected a user without one of the items, for models learn from the difference, so give events of more users or items.");

        return new DatasetStatistics(
            log.Users, log.Items, _pairs[SplitRules.Training], _pairs[SplitRules.Validation], _pairs[SplitRules.Test],
            log.Items - trained, ModalityStatistics.Of(modalities));
    }
}
