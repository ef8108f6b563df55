using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Tessera.Compute.Random;

namespace Tessera.Recommendation.Tests.Runs;

/// <summary>Changes to files as damage and mischief make them, determined by a generator.</summary>
internal static class Mutation
{
    /// <summary>Stands for half a character, which no document that is being changed can hold.</summary>
    private const string Lone = "@half@";

    private static readonly string[] Values =
    [
        "null", "0", "-1", "1", "2.5", "1e308", "2147483647", "-2147483648", "9223372036854775807", "99999999999999999999", "true", "\"\"", "\"x\"", "\"NaN\"",
        "\"F16\"", "\"F32\"", "\"I32\"", "\"U8\"", "[]", "[null]", "[0]", "[1,2,3]", "[100000000,100000000]", "{}", "{\"a\":1}", $"\"{Lone}\"", "\"../../x\"",
    ];

    /// <summary>Changes a file in one or two places.</summary>
    public static byte[] Of(string name, byte[] content, Rng rng)
    {
        byte[] changed = content;
        for (int n = rng.Next(2); n >= 0; n--)
        {
            changed = rng.Next(6) switch
            {
                0 => Bytes(changed, rng),
                _ when name.EndsWith(".safetensors", StringComparison.Ordinal) => Tensors(changed, rng),
                _ when name.EndsWith(".json", StringComparison.Ordinal) => Encoding.UTF8.GetBytes(Json(Encoding.UTF8.GetString(changed), rng)),
                _ => Bytes(changed, rng),
            };
        }

        return changed;
    }

    private static byte[] Bytes(byte[] content, Rng rng)
    {
        byte[] changed = [.. content];
        switch (rng.Next(4))
        {
            case 0: return changed[..rng.Next(changed.Length + 1)];
            case 1: return [.. changed, .. changed.AsSpan(0, rng.Next(changed.Length + 1))];
            case 2:
                if (changed.Length > 0) changed[rng.Next(changed.Length)] = (byte)rng.Next(256);
                return changed;
            default:
                if (changed.Length > 0) changed[rng.Next(changed.Length)] ^= (byte)(1 << rng.Next(8));
                return changed;
        }
    }

    private static byte[] Tensors(byte[] content, Rng rng)
    {
        if (content.Length < 8 || BinaryPrimitives.ReadInt64LittleEndian(content) is var length && (length < 0 || length > content.Length - 8)) return content;
        int start = 8 + (int)length;
        if (rng.Next(2) == 0)
        {
            byte[] header = Encoding.UTF8.GetBytes(Json(Encoding.UTF8.GetString(content, 8, (int)length), rng));
            var prefix = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
            return [.. prefix, .. header, .. content.AsSpan(start)];
        }

        byte[] changed = [.. content];
        if (changed.Length - start < 4) return changed;
        float[] values = [float.NaN, float.PositiveInfinity, -1f, 1e30f, BitConverter.Int32BitsToSingle(int.MaxValue), BitConverter.Int32BitsToSingle(-1), 0f];
        int at = start + (4 * rng.Next((changed.Length - start) / 4));
        BinaryPrimitives.WriteSingleLittleEndian(changed.AsSpan(at), values[rng.Next(values.Length)]);
        return changed;
    }

    /// <summary>Replaces, deletes or renames one node of a document.</summary>
    private static string Json(string text, Rng rng)
    {
        if (text.Contains("\\ud800", StringComparison.Ordinal)) return text; // changed before, into what cannot be taken apart again
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return text;
        }

        var places = new List<(JsonNode Parent, string Key, int Index)>();
        Collect(root);
        if (places.Count == 0) return Values[rng.Next(Values.Length)];
        (JsonNode parent, string key, int index) = places[rng.Next(places.Count)];
        JsonNode? value = JsonNode.Parse(Values[rng.Next(Values.Length)]);
        int change = rng.Next(5);
        if (parent is JsonObject named)
        {
            if (change == 0) named.Remove(key);
            else if (change == 1) named[key + "x"] = named[key]?.DeepClone();
            else named[key] = value;
        }
        else if (change == 0)
        {
            parent.AsArray().RemoveAt(index);
        }
        else
        {
            parent.AsArray()[index] = value;
        }

        return root!.ToJsonString().Replace(Lone, "\\ud800", StringComparison.Ordinal);

        void Collect(JsonNode? node)
        {
            if (node is JsonObject entries)
            {
                foreach ((string name, JsonNode? child) in entries)
                {
                    places.Add((node, name, 0));
                    Collect(child);
                }
            }
            else if (node is JsonArray list)
            {
                for (int n = 0; n < list.Count; n++)
                {
                    places.Add((node, "", n));
                    Collect(list[n]);
                }
            }
        }
    }
}
