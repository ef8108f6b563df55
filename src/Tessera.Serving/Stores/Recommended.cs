namespace Tessera.Serving.Stores;

/// <summary>A recommendation that was handed out.</summary>
/// <param name="Id">Its id, which events name that come of it.</param>
/// <param name="User">Id of the user; null for a session without one.</param>
/// <param name="Arm">Which arm of an experiment made it, such as <c>champion</c>.</param>
/// <param name="Model">Id of the generation that made it.</param>
/// <param name="Items">Ids of the items, best first.</param>
/// <param name="Time">When, to the millisecond.</param>
internal sealed record Recommended(string Id, string? User, string Arm, string Model, IReadOnlyList<string> Items, DateTimeOffset Time);
