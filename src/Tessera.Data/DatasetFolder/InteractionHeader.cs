using System.Text;
using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>The header line of an interaction file: which separator it uses and where the columns are.</summary>
/// <param name="Separator">Tab or comma.</param>
/// <param name="Fields">Number of fields on every line.</param>
/// <param name="User">Position of the user's id.</param>
/// <param name="Item">Position of the item's id.</param>
/// <param name="Label">Position of the split label.</param>
/// <param name="Time">Position of the time; negative where there is none.</param>
/// <param name="Ignored">Columns that are neither these nor a rating or a time.</param>
internal sealed record InteractionHeader(byte Separator, int Fields, int User, int Item, int Label, int Time, IReadOnlyList<string> Ignored)
{
    private const string Expected = "expected tab- or comma-separated columns userID, itemID and x_label (rating and timestamp optional)";

    /// <exception cref="InvalidInputException">A column is absent or repeated.</exception>
    public static InteractionHeader Parse(ReadOnlySpan<byte> line, string path)
    {
        byte separator = line.Contains((byte)'\t') ? (byte)'\t' : (byte)',';
        string[] names = Encoding.UTF8.GetString(line).Split((char)separator);
        string?[] roles = [.. names.Select(RoleOf)];
        string shown = SourceText.Quoted(line);
        return new InteractionHeader(
            separator, names.Length, Find("userID"), Find("itemID"), Find("x_label"), Array.IndexOf(roles, "timestamp"), [.. names.Where((_, i) => roles[i] is null)]);

        int Find(string role)
        {
            int position = Array.IndexOf(roles, role);
            if (position >= 0 && position == Array.LastIndexOf(roles, role)) return position;
            throw new InvalidInputException(position < 0
                ? $"Line 1 of '{path}' is {shown} and names no {role} column; {Expected}, so add or correct the header."
                : $"Line 1 of '{path}' is {shown} and names the {role} column twice; {Expected}, so remove one.");
        }
    }

    /// <summary>The role of a column by its name, with or without a type after a colon; null if it has none.</summary>
    private static string? RoleOf(string name) => name.Trim().Split(':')[0].ToUpperInvariant() switch
    {
        "USERID" or "USER_ID" => "userID",
        "ITEMID" or "ITEM_ID" => "itemID",
        "X_LABEL" => "x_label",
        "RATING" => "rating",
        "TIMESTAMP" => "timestamp",
        _ => null,
    };
}
