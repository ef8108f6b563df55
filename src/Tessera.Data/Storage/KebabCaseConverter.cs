using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tessera.Data.Storage;

/// <summary>Enum members in JSON, spelled as on the command line; anything else is refused with the names there are.</summary>
internal sealed class KebabCaseConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Members<>).MakeGenericType(typeToConvert))!;

    private sealed class Members<T> : JsonConverter<T>
        where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            string found = reader.TokenType == JsonTokenType.String ? reader.GetString()! : JsonElement.ParseValue(ref reader).GetRawText();
            return KebabCase.Find<T>(found) ?? throw new JsonException($"{SourceText.Quoted(found)} is none of {string.Join(", ", KebabCase.All<T>())}");
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(KebabCase.Of(value));
    }
}
