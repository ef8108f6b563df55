using System.Text;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Serving.Stores;

/// <summary>Which ids of users, items and events can be stored: those an event log may have, up to a length that an index takes.</summary>
internal static class StoredId
{
    /// <summary>What an id must be, for error messages.</summary>
    public const string Expected = $"{ExternalId.Expected}, and no more than 2,000 bytes in UTF-8";

    private const int MaxBytes = 2000;

    /// <summary>What is wrong with an id, such as "is empty", or null where it can be stored.</summary>
    public static string? Fault(string? id)
    {
        if (id is null) return "is missing";
        if (ExternalId.Fault(id) is { } fault) return fault;
        int bytes = Encoding.UTF8.GetByteCount(id);
        return bytes > MaxBytes ? $"has {bytes:N0} bytes in UTF-8" : null;
    }

    /// <summary>
    /// What is wrong with the id that an item or a user is to get, or null: it must have an address, whose path loses <c>.</c> and <c>..</c> on the way, however
    /// they are written.
    /// </summary>
    public static string? AddressFault(string? id) => id is "." or ".." ? $"is '{id}', which no address can hold, so choose another" : Fault(id);

    /// <summary>Whether something can have an id. Nothing is found by another, which is no text to some databases.</summary>
    public static bool IsSound(string? id) => Fault(id) is null;

    /// <exception cref="InvalidInputException">The id cannot be stored.</exception>
    public static void Require(string kind, string? id)
    {
        if (Fault(id) is { } fault) throw Refused(kind, fault);
    }

    /// <exception cref="InvalidInputException">The id cannot be that of an item or a user.</exception>
    public static void RequireAddress(string kind, string? id)
    {
        if (AddressFault(id) is { } fault) throw Refused(kind, fault);
    }

    private static InvalidInputException Refused(string kind, string fault) => new($"The id of the {kind} {fault}; {Expected}.");
}
