using Tessera.Data;

namespace Tessera.Server.Endpoints;

/// <summary>The query parameter <c>limit</c>: how many of a list are asked for.</summary>
internal static class PageLimit
{
    /// <summary>The limit, if it is one.</summary>
    /// <exception cref="InvalidInputException">It is below 1 or above the most.</exception>
    public static int Checked(int limit, int most = 1000) => limit >= 1 && limit <= most ? limit
        : throw new InvalidInputException($"'limit' is {limit}; expected a whole number from 1 to {most:N0}.");
}
