using Tessera.Data.Storage;
using Tessera.Recommendation.Runs;

namespace Tessera.Serving.Ranking;

/// <summary>For whom a list is: somebody of whom the model knows something to go by, or not.</summary>
/// <param name="Run">The model, with the session's items as the user's own.</param>
/// <param name="User">The user's number there; null for one without anything.</param>
/// <param name="Reason">Why the user gets items.</param>
internal sealed record Audience(TrainedRun Run, int? User, string Reason)
{
    /// <summary>Whether there is something to tell by what the user likes.</summary>
    public bool IsKnown => User is { } user && !Run.IsUntrained(user);

    /// <summary>Finds out who a request is from.</summary>
    /// <param name="notes">Receives what of the session is ignored.</param>
    public static Audience Of(TrainedRun run, RecommendationRequest request, List<string> notes)
    {
        int? user = request.User is { } id ? run.TryFindUser(id) : null;
        var items = new List<int>(request.Session.Count);
        var strangers = new List<string>();
        foreach (string name in request.Session)
        {
            if (run.TryFindItem(name) is { } item) items.Add(item);
            else strangers.Add(name);
        }

        if (strangers.Count > 0)
        {
            notes.Add(strangers.Count == 1 ? $"The session's item {SourceText.Quoted(strangers[0])} is unknown, and was ignored."
                : $"{strangers.Count:N0} of the session's items, such as {SourceText.Quoted(strangers[0])}, are unknown, and were ignored.");
        }

        bool hasHistory = user is { } known && !run.IsUntrained(known);
        if (items.Count > 0) (run, user) = run.WithEvents(request.User, items);
        return new Audience(run, user, hasHistory ? RecommendedItem.Personal : RecommendedItem.Session);
    }
}
