namespace Tessera.Serving;

/// <summary>
/// What must be so of an item's attribute: all that is given here, one or more. An item without the attribute, or where it is of another kind, meets nothing
/// but <see cref="Exists"/> = false.
/// </summary>
public record AttributeCondition
{
    /// <summary>Name of the attribute.</summary>
    public required string Attr { get; init; }

    /// <summary>It is this text, number or truth value; a list of texts contains this text.</summary>
    public AttributeValue? Eq { get; init; }

    /// <summary>It is one of these; a list of texts contains one of these.</summary>
    public IReadOnlyList<AttributeValue>? In { get; init; }

    /// <summary>It is a number of at most this.</summary>
    public double? Le { get; init; }

    /// <summary>It is a number of at least this.</summary>
    public double? Ge { get; init; }

    /// <summary>It is a number below this.</summary>
    public double? Lt { get; init; }

    /// <summary>It is a number above this.</summary>
    public double? Gt { get; init; }

    /// <summary>Whether the item has it.</summary>
    public bool? Exists { get; init; }
}
