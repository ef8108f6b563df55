using Tessera.Data.Storage;

namespace Tessera.Serving;

/// <summary>The model that answers has no such item.</summary>
public sealed class UnknownItemException : Exception
{
    /// <param name="item">The item's id.</param>
    public UnknownItemException(string item)
        : base($"There is no item {SourceText.Quoted(item)}; expected the id of an item that was put and not deleted.") => Item = item;

    /// <summary>The id that is of no item.</summary>
    public string Item { get; }
}
