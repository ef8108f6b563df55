using System.Text;
using Tessera.Data;
using Tessera.Data.EventLogs;

namespace Tessera.Encoders.Encodings;

/// <summary>The texts of items as contents to encode.</summary>
internal static class ItemTexts
{
    /// <summary>Characters that a field's texts have on average if it is long.</summary>
    private const double LongField = 100;

    /// <summary>The items' own texts: their fields, one a line; fields that are empty or absent are left out.</summary>
    /// <param name="table">The items.</param>
    /// <param name="fields">Which fields, in this order; null for all in the table's order.</param>
    /// <param name="instruction">See <see cref="Instruct"/>; null for none.</param>
    /// <exception cref="InvalidInputException">No item has one of the fields.</exception>
    public static IEnumerable<ItemContent<string>> OfFields(ItemTable table, IReadOnlyList<string>? fields = null, string? instruction = null)
    {
        RequireFields(table, fields);
        return table.Records().Select(record => Content(record.Id, Joined(record.Texts, fields ?? table.Fields), "it has no text", instruction));
    }

    /// <summary>The items' own texts for a model that cuts what is too long: their fields, one a line, each after its name (<c>title: …</c>).</summary>
    /// <param name="table">The items.</param>
    /// <param name="fields">Which fields, in this order, such as <see cref="FieldsOf"/> gives.</param>
    /// <exception cref="InvalidInputException">No item has one of the fields.</exception>
    public static IEnumerable<ItemContent<string>> OfNamedFields(ItemTable table, IReadOnlyList<string> fields)
    {
        RequireFields(table, fields);
        return table.Records().Select(record => Content(record.Id, Named(record.Texts, fields), "it has no text", instruction: null));
    }

    /// <summary>The fields of an item that it has, one a line, each after its name.</summary>
    public static string Named(IReadOnlyDictionary<string, string> texts, IReadOnlyList<string> fields) => string.Join(
        '\n',
        from field in fields
        let text = texts.GetValueOrDefault(field, "").Trim()
        where text.Length > 0
        select $"{field}: {text}");

    /// <summary>The fields of an item that it has, one a line.</summary>
    public static string Joined(IReadOnlyDictionary<string, string> texts, IReadOnlyList<string> fields) =>
        string.Join('\n', fields.Select(field => texts.GetValueOrDefault(field, "").Trim()).Where(text => text.Length > 0));

    /// <summary>
    /// The fields that a modality is made of, in their order in its texts; none where it is a file of texts, null where it is images. For a model in this
    /// process those of more than 100 characters on average come last, the longest at the end, unless the options say the order.
    /// </summary>
    public static IReadOnlyList<string>? FieldsOf(ItemTable table, EncoderChoice choice, EncodingOptions options)
    {
        if (choice.Source != EncoderChoice.Texts) return null;
        if (options.Texts is not null) return [];
        return options.Fields ?? (options.Models.Any(model => model.Name == choice.Encoder) ? LongLast(table) : table.Fields);
    }

    /// <summary>All fields in the table's order, the long ones last.</summary>
    private static string[] LongLast(ItemTable table)
    {
        var lengths = table.Fields.ToDictionary(field => field, _ => (Sum: 0L, Count: 0));
        foreach (ItemRecord record in table.Records())
        {
            foreach ((string field, string text) in record.Texts)
                lengths[field] = (lengths[field].Sum + text.Length, lengths[field].Count + 1);
        }

        return [.. table.Fields.OrderBy(field => (double)lengths[field].Sum / Math.Max(lengths[field].Count, 1) is > LongField and var mean ? mean : 0)];
    }

    private static void RequireFields(ItemTable table, IReadOnlyList<string>? fields)
    {
        if (fields?.FirstOrDefault(field => !table.Fields.Contains(field)) is { } unknown)
        {
            throw new InvalidInputException(
                $"No item in '{Path.Combine(table.Directory, EventLog.ItemTableName)}' has a text field '{unknown}'"
                + (table.Fields.Count > 0 ? $"; expected some of {string.Join(", ", table.Fields)}." : ", or any other; expected texts, so add them, or leave --fields out."));
        }
    }

    /// <summary>Texts from a file, such as descriptions of the items' images.</summary>
    public static IEnumerable<ItemContent<string>> OfFile(ItemTable table, ItemTextFile file, string? instruction = null)
    {
        string problem = $"it has no text in {Path.GetFileName(file.Path)}";
        return table.Ids.Select(id => Content(id, file.Texts.GetValueOrDefault(id, ""), problem, instruction));
    }

    /// <summary>A text with an instruction before it, in the form that E5-Mistral-Instruct and its kin are trained on.</summary>
    /// <remarks>Wang et al., Improving Text Embeddings with Large Language Models, ACL 2024.</remarks>
    public static string Instruct(string instruction, string text) => $"Instruct: {instruction}\nQuery: {text}";

    private static ItemContent<string> Content(string id, string text, string problem, string? instruction)
    {
        if (string.IsNullOrWhiteSpace(text)) return ItemContent<string>.Absent(id, problem);
        string content = instruction is null ? text : Instruct(instruction, text);
        return new ItemContent<string>(id, content, Encoding.UTF8.GetBytes(content));
    }
}
