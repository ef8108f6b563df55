using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Serving.Stores;

/// <summary>An item as a JSON document, which a merge patch changes.</summary>
internal static class ItemDocument
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    /// <summary>The item that a merge patch makes of another.</summary>
    /// <param name="item">The item.</param>
    /// <param name="patch">Any of <c>title</c>, <c>attributes</c>, <c>texts</c>, <c>image</c> and <c>hidden</c>.</param>
    /// <exception cref="InvalidInputException">The patch has other members or members of other types.</exception>
    public static ItemDraft Patched(ItemDraft item, JsonObject patch)
    {
        JsonObject document = JsonSerializer.SerializeToNode(item, Options)!.AsObject();
        MergePatch.Apply(document, patch);
        try
        {
            ItemDraft patched = document.Deserialize<ItemDraft>(Options)!;
            if (patched.Id != item.Id) throw new JsonException("it changes the id");
            if (patched.Texts.Any(text => text.Value is null)) throw new JsonException("a text is null");
            return patched;
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new InvalidInputException(
                $"The patch cannot be applied ({SourceText.Reason(cause)}); expected an object with any of title, attributes, texts, image and hidden.", cause);
        }
    }
}
