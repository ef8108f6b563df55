using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Tessera.Serving.Generations;

/// <summary>Who is served by which generation.</summary>
/// <param name="Champion">Serves all whom the challenger does not.</param>
/// <param name="Challenger">Is tried beside it; null for none.</param>
/// <param name="Share">Part of the users whom the challenger serves, 0 to 1.</param>
internal sealed record Arms(OpenGeneration Champion, OpenGeneration? Challenger, double Share)
{
    /// <summary>The generation that somebody names; null where it is not served.</summary>
    /// <param name="model">An arm, or the name of a generation.</param>
    public OpenGeneration? Find(string model) => model switch
    {
        RecommendationResponse.Champion => Champion,
        RecommendationResponse.Challenger => Challenger,
        _ when model == Champion.Name => Champion,
        _ when model == Challenger?.Name => Challenger,
        _ => null,
    };

    /// <summary>
    /// Whether a user is the challenger's: a hash of id and challenger, so that a user stays with one arm, on every machine, a greater share keeps whom it
    /// had, and each challenger has other users. Who has no id is the champion's.
    /// </summary>
    public bool IsChallengers(string? user)
    {
        if (Challenger is null || user is null) return false;
        ulong salt = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(Challenger.Name.AsSpan()));
        ulong hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(user.AsSpan()), (long)salt);
        return hash * (1.0 / ulong.MaxValue) < Share;
    }
}
