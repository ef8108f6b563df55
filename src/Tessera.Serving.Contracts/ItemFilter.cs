namespace Tessera.Serving;

/// <summary>
/// Which items may be recommended, by their attributes: those for which all of <see cref="All"/>, one of <see cref="Any"/> and none of
/// <see cref="None"/> hold.
/// </summary>
public sealed record ItemFilter
{
    /// <summary>All of these must hold.</summary>
    public IReadOnlyList<AttributeCondition> All { get; init; } = [];

    /// <summary>At least one of these must hold, unless there are none.</summary>
    public IReadOnlyList<AttributeCondition> Any { get; init; } = [];

    /// <summary>None of these may hold.</summary>
    public IReadOnlyList<AttributeCondition> None { get; init; } = [];
}
