using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tessera.Studies.Reports;

/// <summary>A report whole, its numbers unrounded.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new NullForNaN() },
        WriteIndented = true,
    };

    public static string Of(Report report) => JsonSerializer.Serialize(report, Options) + "\n";

    /// <summary>What <see cref="Of"/> gave.</summary>
    /// <exception cref="JsonException">It gave something else.</exception>
    public static Report Read(string json) => JsonSerializer.Deserialize<Report>(json, Options) ?? throw new JsonException("it is null");

    /// <summary>JSON has no word for a number that is none.</summary>
    private sealed class NullForNaN : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value)) writer.WriteNumberValue(value);
            else writer.WriteNullValue();
        }
    }
}
