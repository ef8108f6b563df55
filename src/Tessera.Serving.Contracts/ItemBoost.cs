namespace Tessera.Serving;

/// <summary>Raises the scores of items that meet a condition.</summary>
public sealed record ItemBoost : AttributeCondition
{
    /// <summary>
    /// b of <c>score + b·|score|</c>, -1 to 10: 0.1 raises by a tenth of the score's size, whatever the model's scale; a negative one lowers. Several add up.
    /// </summary>
    public required float By { get; init; }
}
