using System.Text.Json;
using Parquet.Schema;

namespace Tessera.Data.Importing;

/// <summary>
/// A field of a Parquet schema, which puts its value in each row together from its columns: a value, an object, a list, or a map as a list
/// of objects with key and value.
/// </summary>
/// <param name="schema">The schema.</param>
/// <param name="parts">The fields beneath it.</param>
/// <param name="columns">The columns beneath it, its own where it is a value.</param>
internal sealed class ParquetField(Field schema, ParquetField[] parts, ParquetColumn[] columns)
{
    private string Name => schema.Name;

    /// <summary>The column that tells whether the next value is there and where a list ends; all beneath agree.</summary>
    private ParquetColumn First => columns[0];

    /// <summary>Whether all values have been written.</summary>
    public bool IsAtEnd => columns.All(column => column.IsAtEnd);

    /// <summary>The field with what is beneath it.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="read">Reads a column.</param>
    public static ParquetField Of(Field schema, Func<DataField, ParquetColumn> read)
    {
        if (schema is DataField value) return new ParquetField(schema, [], [read(value)]);
        ParquetField[] parts = schema switch
        {
            ListField list => [Of(list.Item, read)],
            MapField map => [Of(map.Key, read), Of(map.Value, read)],
            StructField structure => [.. structure.Fields.Select(part => Of(part, read))],
            _ => [],
        };
        ParquetColumn[] columns = [.. parts.SelectMany(part => part.Columns)];
        return columns.Length > 0 ? new ParquetField(schema, parts, columns) : throw new NotSupportedException($"the column '{schema.Name}' holds nothing");
    }

    /// <summary>The columns beneath the fields of a schema.</summary>
    private ParquetColumn[] Columns => columns;

    /// <summary>Writes the value of the next row, or of the next element of the list that it stands in.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public void Write(Utf8JsonWriter json)
    {
        if (schema is DataField { IsArray: false })
        {
            First.Write(json);
        }
        else if (First.Definition < schema.MaxDefinitionLevel)
        {
            json.WriteNullValue();
            foreach (ParquetColumn column in columns) column.Skip();
        }
        else if (schema is StructField)
        {
            WriteObject(json);
        }
        else
        {
            WriteList(json);
        }
    }

    public void WriteNamed(Utf8JsonWriter json)
    {
        json.WritePropertyName(Name);
        Write(json);
    }

    private void WriteObject(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (ParquetField part in parts) part.WriteNamed(json);
        json.WriteEndObject();
    }

    private void WriteList(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        do
        {
            if (schema is DataField) First.Write(json);
            else if (schema is ListField) parts[0].Write(json);
            else WriteObject(json);
        }
        while (First.Repetition == schema.MaxRepetitionLevel);
        json.WriteEndArray();
    }
}
