using System.Text.Json.Serialization;

namespace Tessera.Data.Splitting;

/// <summary>Rules that put each (user, item) pair, once, in training, validation or test.</summary>
public enum SplitScheme
{
    /// <summary>
    /// A user's pairs at random, 8:1:1: of n ≥ 5, n/10 rounded half up and at least 1 to validation, as many to test; a user with
    /// fewer has all in training.
    /// </summary>
    [JsonStringEnumMemberName("random-8-1-1")]
    Random,

    /// <summary>A user's last pair to test, the one before to validation; a user with fewer than 3 has all in training.</summary>
    LeaveOneOut,

    /// <summary>A user's pairs by time, 8:1:1 with the numbers of <see cref="Random"/>: the last to test, those before to validation.</summary>
    TemporalUser,

    /// <summary>
    /// All pairs by time: the first 80 % to training, the next 10 % to validation, the rest to test; pairs of one time stay together, on
    /// the earlier side. Users and items whose first pair comes later are kept without anything in training.
    /// </summary>
    TemporalGlobal,

    /// <summary>A fifth of the items, chosen at random, held out with all their pairs: half of them to validation, half to test.</summary>
    ColdItems,

    /// <summary>
    /// Items held out as by <see cref="ColdItems"/>, and the pairs with the others split as by <see cref="Random"/>: validation and test hold
    /// pairs with warm items and with cold ones.
    /// </summary>
    ColdMixed,

    /// <summary>All pairs to training: nothing is measured, and everything is learned from.</summary>
    None,
}
