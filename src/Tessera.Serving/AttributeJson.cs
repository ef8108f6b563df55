using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Serving;

/// <summary>Attributes as the JSON object that is stored.</summary>
internal static class AttributeJson
{
    /// <summary>The object.</summary>
    public static JsonObject Write(IReadOnlyDictionary<string, AttributeValue> attributes) =>
        new(attributes.Select(attribute => KeyValuePair.Create<string, JsonNode?>(attribute.Key, JsonSerializer.SerializeToNode(attribute.Value))));

    /// <summary>The attributes of an object; null is no value.</summary>
    /// <exception cref="InvalidInputException">A value is none of an attribute.</exception>
    public static Dictionary<string, AttributeValue> Read(JsonObject attributes)
    {
        var read = new Dictionary<string, AttributeValue>(attributes.Count);
        foreach ((string name, JsonNode? value) in attributes)
        {
            if (value is null) continue;
            try
            {
                read.Add(name, value.Deserialize<AttributeValue>());
            }
            catch (JsonException cause)
            {
                throw new InvalidInputException(
                    $"The attribute {SourceText.Quoted(name)} is of no kind that rules can ask for; expected a text, a number, true, false or a list of texts.", cause);
            }
        }

        return read;
    }
}
