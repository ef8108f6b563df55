using Tessera.Recommendation.Runs;

namespace Tessera.Cli.Output;

/// <summary>Counts what is recommended while it passes by, and says what is unusual.</summary>
internal sealed class RankingNotes(TrainedRun run, int count, ItemSelection selection)
{
    private string? _firstFewer;

    public int Users { get; private set; }

    public long Items { get; private set; }

    /// <summary>Users who get the popular items.</summary>
    public int Popular { get; private set; }

    /// <summary>Users with fewer items than asked for.</summary>
    public int Fewer { get; private set; }

    /// <summary>What a user has who gets the popular items.</summary>
    public static string NothingIn(TrainedRun run) => run.Config.IsItemBased ? "nothing in training that tells of other items" : "nothing in training";

    public IEnumerable<UserRanking> Watch(IEnumerable<UserRanking> rankings)
    {
        foreach (UserRanking ranking in rankings)
        {
            Users++;
            Items += ranking.Items.Length;
            if (ranking.IsPopular) Popular++;
            if (ranking.Items.Length < count)
            {
                Fewer++;
                _firstFewer ??= run.WhyFewer(ranking, count, selection);
            }

            yield return ranking;
        }
    }

    public IEnumerable<string> Sentences()
    {
        if (Users > 1 && Popular > 0)
            yield return $"{Figures.Counted(Popular, "user")} of {Figures.Count(Users)} had {NothingIn(run)} and got what is popular (reason '{RankedItem.Popular}').";
        if (Users > 1 && Fewer > 0)
            yield return $"{Figures.Counted(Fewer, "user")} of {Figures.Count(Users)} got fewer than {Figures.Count(count)}; the first: {_firstFewer}";
        else if (_firstFewer is not null)
            yield return _firstFewer;
    }
}
