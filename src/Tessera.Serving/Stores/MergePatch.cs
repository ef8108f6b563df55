using System.Text.Json.Nodes;

namespace Tessera.Serving.Stores;

/// <summary>JSON Merge Patch, RFC 7396.</summary>
internal static class MergePatch
{
    /// <summary>Changes an object: a member of null is removed, an object is merged, anything else replaces what was there.</summary>
    public static void Apply(JsonObject target, JsonObject patch)
    {
        foreach ((string name, JsonNode? change) in patch)
        {
            if (change is null)
            {
                target.Remove(name);
            }
            else if (change is JsonObject inner)
            {
                if (target[name] is not JsonObject merged) target[name] = merged = [];
                Apply(merged, inner);
            }
            else
            {
                target[name] = change.DeepClone();
            }
        }
    }
}
