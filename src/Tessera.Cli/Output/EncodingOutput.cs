using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Endpoints;

namespace Tessera.Cli.Output;

/// <summary>What the commands that encode say beside their result.</summary>
internal static class EncodingOutput
{
    public static Option<string?> CacheFlag() =>
        Flags.OptionalText("--cache", "FILE", $"where results are kept; default: {Session.EncodingCacheName} in the folder that {CliEnvironment.CacheVariable} names, else in the user's local application data");

    /// <summary>Does the work, showing its progress; where it ends early and can go on, says how.</summary>
    public static T Follow<T>(Session session, string name, bool resumable, Func<IProgress<EncodingProgress>, Task<T>> work)
    {
        try
        {
            return EncodingDisplay.Follow(session.Error, name, progress => work(progress).GetAwaiter().GetResult());
        }
        catch (Exception e) when (resumable && e is OperationCanceledException or EndpointException)
        {
            session.Note("What was encoded is kept: the same command goes on from there.");
            throw;
        }
    }

    /// <summary>Says how many descriptions are cut off.</summary>
    public static void NoteCut(Session session, EncodingResult result, int maxTokens)
    {
        if (result.Truncated == 0) return;
        session.Note(
            $"{Figures.Count(result.Truncated)} of {Figures.Counted(result.Encoded, "new description")} {(result.Truncated == 1 ? "was" : "were")} cut at {Figures.Count(maxTokens)} tokens; "
            + "raise --max-tokens and give --replace to have them whole.");
    }

    /// <summary>What the server was asked in this run and what that took, in all and for one item; null where nothing was asked.</summary>
    public static JsonObject? CostOf(EncodingResult result) => result.Cost is { Contents: > 0 and var contents } cost
        ? new JsonObject
        {
            ["items"] = contents,
            ["promptTokens"] = cost.PromptTokens,
            ["completionTokens"] = cost.CompletionTokens,
            ["seconds"] = cost.Time.TotalSeconds,
            ["perItem"] = new JsonObject
            {
                ["promptTokens"] = (double?)cost.PromptTokens / contents,
                ["completionTokens"] = (double?)cost.CompletionTokens / contents,
                ["seconds"] = cost.Time.TotalSeconds / contents,
            },
        }
        : null;

    /// <summary>The same as a table, without what the server does not count.</summary>
    public static void PrintCost(IAnsiConsole console, string name, EncodingResult result)
    {
        if (result.Cost is not { Contents: > 0 and var contents } cost) return;
        var table = new TextTable(1, $"{name}: {Figures.Counted(contents, "item")} asked", "total", "per item");
        if (cost.PromptTokens is { } prompt) table.Row("prompt tokens", Figures.Count(prompt), Figures.Size((double)prompt / contents));
        if (cost.CompletionTokens is { } completion) table.Row("completion tokens", Figures.Count(completion), Figures.Size((double)completion / contents));
        table.Row("seconds", Figures.Size(cost.Time.TotalSeconds), Figures.Size(cost.Time.TotalSeconds / contents));
        table.PrintTo(console);
    }

    /// <summary>Passes notices on and says how many items have no result, and where the reasons stand.</summary>
    public static void NoteFailures(Session session, string directory, string name, string what, EncodingResult result)
    {
        foreach (string notice in result.Notices) session.Note(notice);
        if (result.Failures.Count == 0) return;
        (string id, string reason) = result.Failures[0];
        session.Note(
            $"{Figures.Count(result.Failures.Count)} of {Figures.Counted(result.Items, "item")} {(result.Failures.Count == 1 ? "is" : "are")} without {what}; "
            + $"the first is '{id}': {reason.TrimEnd('.')}; all are listed in {FailureList.PathOf(directory, name)}");
    }
}
