using Tessera.Data;

namespace Tessera.Recommendation.Evaluation;

/// <summary>The protocols' names on the command line and in results.</summary>
public static class ProtocolNames
{
    /// <summary><c>strict</c> or <c>mmrec</c>.</summary>
    public static string NameOf(Protocol protocol) => protocol == Protocol.Strict ? "strict" : "mmrec";

    /// <summary>The protocol of a name.</summary>
    /// <exception cref="InvalidInputException">There is no such protocol.</exception>
    public static Protocol Parse(string name) => name switch
    {
        "strict" => Protocol.Strict,
        "mmrec" => Protocol.Mmrec,
        _ => throw new InvalidInputException(
            $"There is no protocol '{name}'; expected strict (validation items masked at test time) or mmrec (only training items masked)."),
    };
}
