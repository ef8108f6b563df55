using System.Text.Json.Serialization;

namespace Tessera.Serving;

/// <summary>What is known of a user.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="History">What the user did, newest first.</param>
/// <param name="Weights">How much each modality counts for the user, adding up to 1; left out where the model does not say.</param>
public sealed record UserView(
    string Id, IReadOnlyList<UserEvent> History,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, float>? Weights = null)
{
    /// <summary>Most events of a history that are shown.</summary>
    public const int MaxHistory = 1000;
}
