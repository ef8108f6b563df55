using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tessera.Serving;

/// <summary>Attributes as JSON has them: <c>"x"</c>, <c>4.5</c>, <c>true</c>, <c>["x", "y"]</c>.</summary>
internal sealed class AttributeValueConverter : JsonConverter<AttributeValue>
{
    /// <inheritdoc/>
    public override AttributeValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String: return reader.GetString()!;
            case JsonTokenType.Number when double.IsFinite(reader.GetDouble()): return reader.GetDouble();
            case JsonTokenType.True or JsonTokenType.False: return reader.GetBoolean();
            case JsonTokenType.StartArray:
                var texts = new List<string>();
                while (reader.Read() && reader.TokenType == JsonTokenType.String) texts.Add(reader.GetString()!);
                if (reader.TokenType == JsonTokenType.EndArray) return texts.ToArray();
                break;
        }

        throw new JsonException("An attribute's value is none of a text, a finite number, true, false and a list of texts.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, AttributeValue value, JsonSerializerOptions options)
    {
        if (value.Text is { } text) writer.WriteStringValue(text);
        else if (value.Number is { } number) writer.WriteNumberValue(number);
        else if (value.Flag is { } flag) writer.WriteBooleanValue(flag);
        else if (value.Texts is { } texts) JsonSerializer.Serialize(writer, texts, options);
        else writer.WriteNullValue();
    }
}
