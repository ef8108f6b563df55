using System.CommandLine;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Endpoints;

namespace Tessera.Cli.Output;

/// <summary>What the commands that encode say beside their result.</summary>
internal static class EncodingOutput
{
    public static Option<string?> CacheFlag() =>
        Flags.OptionalText("--cache", "FILE", $"where results are kept; unset: {Session.EncodingCacheName} in the folder that {CliEnvironment.CacheVariable} names, else in the user's local application data");

    /// <summary>Does the work; where it ends early, says how to go on.</summary>
    public static T Resumable<T>(Session session, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is OperationCanceledException or EndpointException)
        {
            session.Note("What was encoded is kept: the same command goes on from there.");
            throw;
        }
    }

    /// <summary>Says how many descriptions are cut off.</summary>
    public static void NoteCut(Session session, EncodingResult result, int maxTokens)
    {
        if (result.Cut == 0) return;
        session.Note(
            $"{Figures.Count(result.Cut)} of {Figures.Count(result.Encoded)} new descriptions {(result.Cut == 1 ? "was" : "were")} cut at {Figures.Count(maxTokens)} tokens; "
            + "raise --max-tokens and give --replace to have them whole.");
    }

    /// <summary>Says how many items have no result, and where the reasons stand.</summary>
    public static void NoteFailures(Session session, string directory, string name, string what, EncodingResult result, EncodingCache cache)
    {
        if (cache.Damaged > 0) session.Note($"{Figures.Count(cache.Damaged)} results in the cache were damaged and made anew.");
        if (result.Failures.Count == 0) return;
        ItemFailure first = result.Failures[0];
        session.Note(
            $"{Figures.Count(result.Failures.Count)} of {Figures.Count(result.Items)} items {(result.Failures.Count == 1 ? "is" : "are")} without {what}; "
            + $"the first is '{first.Id}': {first.Reason.TrimEnd('.')}; all stand in {FailureList.PathOf(directory, name)}");
    }
}
