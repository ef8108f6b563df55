using System.Text.Json.Nodes;
using Tessera.Recommendation.Graphs;

namespace Tessera.Cli.Output;

/// <summary>The scale and spread of features as text and JSON.</summary>
internal static class ModalityOutput
{
    /// <summary>Median and range of the rows' lengths, such as <c>1.02 (0.98 to 1.1)</c>.</summary>
    public static string Norms(ModalityProfile profile) =>
        $"{Figures.Size(profile.MedianNorm)} ({Figures.Size(profile.MinNorm)} to {Figures.Size(profile.MaxNorm)})";

    /// <summary>The lift, such as <c>3.1 times</c>.</summary>
    public static string Lift(ModalityProfile profile) =>
        profile.NeighborLift is { } lift ? $"{Figures.Mean(lift)}" : "unknown: no two items share a user, or the features are too small to compare";

    /// <summary>Notes for each modality, and on what is unusual.</summary>
    public static void Note(Session session, IReadOnlyList<ModalityProfile> profiles)
    {
        foreach (ModalityProfile profile in profiles)
        {
            session.Note(
                $"{profile.Name}: row norms {Norms(profile)}, mean cosine {Figures.Mean(profile.MeanCosine)}, "
                + $"neighbor lift {Lift(profile)} (sample of {Figures.Count(profile.SampledItems)} items)");
        }

        NoteUnusual(session, profiles);
    }

    /// <summary>Notes on what is unusual.</summary>
    public static void NoteUnusual(Session session, IReadOnlyList<ModalityProfile> profiles)
    {
        foreach (string notice in ModalityProfile.Notices(profiles)) session.Note(notice);
    }

    /// <summary>Adds a profile's figures to what describes the modality.</summary>
    public static void AddTo(JsonObject modality, ModalityProfile profile)
    {
        modality["rowNorms"] = new JsonObject { ["median"] = profile.MedianNorm, ["min"] = profile.MinNorm, ["max"] = profile.MaxNorm };
        modality["meanCosine"] = profile.MeanCosine;
        modality["neighborLift"] = profile.NeighborLift;
        modality["sampledItems"] = profile.SampledItems;
    }
}
