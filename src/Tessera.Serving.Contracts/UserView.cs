namespace Tessera.Serving;

/// <summary>What is known of a user.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="History">What the user did, newest first.</param>
public sealed record UserView(string Id, IReadOnlyList<UserEvent> History)
{
    /// <summary>Most events of a history that are shown.</summary>
    public const int MaxHistory = 1000;
}
