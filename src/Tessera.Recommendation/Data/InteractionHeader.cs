using System.Text;

namespace Tessera.Recommendation.Data;

/// <summary>The header line of an interaction file: which separator it uses and where the columns are.</summary>
/// <param name="Separator">Tab or comma.</param>
/// <param name="Fields">Number of fields on every line.</param>
/// <param name="User">Position of the user's id.</param>
/// <param name="Item">Position of the item's id.</param>
/// <param name="Label">Position of the split label.</param>
/// <param name="Ignored">Columns that are neither these nor a rating or a time.</param>
internal sealed record InteractionHeader(byte Separator, int Fields, int User, int Item, int Label, IReadOnlyList<string> Ignored)
{
    private const string Expected = "expected tab- or comma-separated columns userID, itemID and x_label (rating and timestamp optional)";

    /// <exception cref="InvalidInputException">A column is absent or repeated.</exception>
    public static InteractionHeader Parse(ReadOnlySpan<byte> line, string path)
    {
        byte separator = line.Contains((byte)'\t') ? (byte)'\t' : (byte)',';
        var columns = new Dictionary<string, int>();
        var ignored = new List<string>();
        string[] names = Encoding.UTF8.GetString(line).Split((char)separator);
        for (int i = 0; i < names.Length; i++)
        {
            string name = Canonical(names[i]);
            if (!columns.TryAdd(name, i))
                throw new InvalidInputException($"Line 1 of '{path}' names column {Quote.Text(Encoding.UTF8.GetBytes(names[i]))} twice; {Expected}, so remove one.");
            if (name is not ("user" or "item" or "label" or "rating" or "timestamp")) ignored.Add(names[i].Trim());
        }

        return new InteractionHeader(separator, names.Length, Find("user", line), Find("item", line), Find("label", line), ignored);

        int Find(string column, ReadOnlySpan<byte> line) => columns.TryGetValue(column, out int position)
            ? position
            : throw new InvalidInputException(
                $"Line 1 of '{path}' is {Quote.Text(line)} and names no {column} column; {Expected}, so add or correct the header.");
    }

    /// <summary>The role of a column by its name, with or without a type behind a colon.</summary>
    private static string Canonical(string name)
    {
        string bare = name.Trim().Split(':')[0];
        return bare.ToUpperInvariant() switch
        {
            "USERID" or "USER_ID" => "user",
            "ITEMID" or "ITEM_ID" => "item",
            "X_LABEL" => "label",
            "RATING" => "rating",
            "TIMESTAMP" => "timestamp",
            _ => "other column " + bare,
        };
    }
}
