using Tessera.Compute.Random;
using Tessera.Features.Catalogues;
using Tessera.Features.Filtering;
using Tessera.Recommendation;
using Tessera.Recommendation.Checkpoints;
using Tessera.Recommendation.Data;

namespace Tessera.Features.Splitting;

/// <summary>
/// Makes a data set of a catalogue: each (user, item) pair, with its earliest time, in one of three splits. Users and items keep
/// their numbers; item table and features go along.
/// </summary>
/// <remarks>
/// The folder holds <c>NAME.inter</c>, <c>u_id_mapping.csv</c>, <c>i_id_mapping.csv</c>, <c>items.jsonl</c>, <c>split.json</c>
/// (<see cref="SplitRecord"/>) and the catalogue's features with <c>modalities.json</c>. Memory holds users and items and the
/// events of one user at a time; <see cref="SplitScheme.TemporalGlobal"/> holds the time of each pair besides.
/// </remarks>
public static class CatalogueSplitter
{
    private const int FewestItemsToHoldOut = 8;

    /// <summary>Reads the catalogue and writes the data set; the same seed gives the same bytes.</summary>
    /// <param name="catalogue">The catalogue; it stays as it is.</param>
    /// <param name="scheme">Which pair goes where.</param>
    /// <param name="seed">Seed of what the scheme draws.</param>
    /// <param name="directory">A folder that is empty or does not exist yet; it appears when all is written.</param>
    /// <param name="cancellation">Stops the work; nothing is written then.</param>
    /// <exception cref="InvalidInputException">
    /// The catalogue is damaged, has no times where the scheme needs them, or is too small for the scheme.
    /// </exception>
    public static SplitResult Write(
        Catalogue catalogue, SplitScheme scheme, ulong seed, string directory, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        RefuseUnsuitable(catalogue, scheme);
        using var folder = new WholeFolder(directory);
        CatalogueFeatures features = CatalogueFeatures.Read(catalogue, cancellation);
        Rng rng = new Rng(seed).Stream("split");
        (int[] Validation, int[] Test)? cold = scheme == SplitScheme.ColdItems ? ColdStartSplit.ChooseItems(catalogue.Items, rng) : null;
        SplitRules.Rule rule = scheme switch
        {
            SplitScheme.Random => SplitRules.Random(rng),
            SplitScheme.LeaveOneOut => SplitRules.LeaveOneOut,
            SplitScheme.TemporalUser => SplitRules.TemporalUser,
            SplitScheme.TemporalGlobal => SplitRules.TemporalGlobal(TimesOf(catalogue, cancellation)),
            _ => SplitRules.ColdItems(catalogue.Items, cold!.Value.Validation, cold.Value.Test),
        };
        var tally = new SplitTally(catalogue);
        DatasetWriter.WriteInteractions(folder.Path, catalogue.Name, tally.Label(rule, cancellation));
        DatasetStatistics size = tally.Statistics(scheme, features.Modalities);
        DatasetWriter.WriteIds(folder.Path, catalogue.UserNames, catalogue.ItemNames);
        folder.Guarded(() => WriteItemTable(catalogue, folder.In(Catalogue.ItemTableName), cancellation));
        folder.Guarded(() => features.WriteTo(folder.Path, [.. Enumerable.Range(0, catalogue.Items)]));
        var record = new SplitRecord(
            SplitSchemeNames.NameOf(scheme), scheme is SplitScheme.Random or SplitScheme.ColdItems ? seed : 0,
            size.Users, size.Items, size.TrainInteractions, size.ValidationInteractions, size.TestInteractions)
        {
            ColdValidationItems = cold?.Validation,
            ColdTestItems = cold?.Test,
        };
        record.Write(folder.Path);
        folder.Complete();
        var before = new CatalogueStatistics(catalogue.Users, catalogue.Items, catalogue.Events, tally.Pairs);
        return new SplitResult(catalogue.Name, before, size, tally.UntrainedUsers);
    }

    private static void RefuseUnsuitable(Catalogue catalogue, SplitScheme scheme)
    {
        if (scheme is SplitScheme.LeaveOneOut or SplitScheme.TemporalUser or SplitScheme.TemporalGlobal && !catalogue.HasTimes)
        {
            throw new InvalidInputException(
                $"The catalogue in '{catalogue.Directory}' has no times, which the scheme {SplitSchemeNames.NameOf(scheme)} goes by; "
                + $"expected events with times, so import them with times or choose {SplitSchemeNames.NameOf(SplitScheme.Random)}.");
        }

        if (scheme == SplitScheme.ColdItems && catalogue.Items < FewestItemsToHoldOut)
        {
            throw new InvalidInputException(
                $"The catalogue in '{catalogue.Directory}' has {catalogue.Items} items; "
                + $"expected at least {FewestItemsToHoldOut} to hold a fifth of them out, so choose another scheme.");
        }
    }

    private static List<long> TimesOf(Catalogue catalogue, CancellationToken cancellation)
    {
        var times = new List<long>();
        foreach (UserEvents user in DistinctPairs.Of(catalogue, null, cancellation))
        {
            foreach (Event e in user.Events.Span) times.Add(e.Time);
        }

        return times;
    }

    private static void WriteItemTable(Catalogue catalogue, string path, CancellationToken cancellation) => AtomicFile.Write(path, stream =>
    {
        using var buffered = new BufferedStream(stream, 1 << 16);
        foreach (ItemRecord record in catalogue.ItemTable())
        {
            cancellation.ThrowIfCancellationRequested();
            buffered.Write(ItemTableFile.Line(record));
        }
    });
}
