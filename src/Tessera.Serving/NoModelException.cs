namespace Tessera.Serving;

/// <summary>Nothing can be recommended, for no model is served yet.</summary>
public sealed class NoModelException : InvalidOperationException
{
    /// <summary>Says so.</summary>
    public NoModelException()
        : base("No model is served yet; ask again once one is.")
    {
    }
}
