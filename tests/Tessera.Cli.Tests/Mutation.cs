using System.Text;
using System.Text.Json.Nodes;

namespace Tessera.Cli.Tests;

/// <summary>Changes files at random, the same way for the same seed: bytes of any file, lines of texts, values of JSON.</summary>
internal sealed class Mutation(int seed)
{
    /// <summary>What readers stumble over.</summary>
    private static readonly string[] Traps =
    [
        "null", "-1", "0", "1e999", "2147483647", "2147483648", "99999999999999999999", "NaN", "true", "[]", "{}", "\"\"", "\"", "\t", "\n", "\r", "\0",
        "\u001B[2J", "\u202E", "\uFEFF", "\uFFFD", "../..", "/dev/zero", "[null]", "{\"a\":null}", ",", ":", "0.5", "-0", "itemID", "x_label", "é",
    ];

    /// <summary>Stands for half of a surrogate pair, which nothing but the text itself can hold.</summary>
    private const string Lone = "\"lone\"";

    private static readonly string[] JsonTraps =
        ["null", "-1", "0", "1", "2147483647", "2147483648", "1e300", "9223372036854775807", "true", "[]", "{}", "\"\"", "\"x\"", "[null]", "[1,null]", "[{}]", "{\"a\":null}", "\"\\u0000\"", "\"../x\"", Lone];

    private readonly Random _random = new(seed);

    public int Next(int count) => _random.Next(count);

    public byte[] Of(string name, byte[] whole) =>
        name.EndsWith(".json", StringComparison.Ordinal) && _random.Next(3) > 0 ? OfJson(whole)
        : name.EndsWith(".jsonl", StringComparison.Ordinal) && _random.Next(2) > 0 ? OfLine(whole)
        : OfBytes(whole);

    /// <summary>One to three edits: a byte or bit changed, a stretch cut out, doubled or moved to the end, a trap put in, or the end cut off.</summary>
    private byte[] OfBytes(byte[] whole)
    {
        List<byte> bytes = [.. whole];
        for (int edits = 1 + _random.Next(3); edits > 0 && bytes.Count > 0; edits--)
        {
            int at = _random.Next(bytes.Count), length = Math.Min(bytes.Count - at, 1 + _random.Next(12));
            switch (_random.Next(7))
            {
                case 0: bytes[at] = (byte)_random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << _random.Next(8)); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 4: bytes.AddRange(bytes.GetRange(at, length)); break;
                case 5: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Traps[_random.Next(Traps.Length)])); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }

        return [.. bytes];
    }

    private byte[] OfLine(byte[] whole)
    {
        string[] lines = Encoding.UTF8.GetString(whole).Split('\n');
        int line = _random.Next(lines.Length);
        if (lines[line].Length > 0) lines[line] = Encoding.UTF8.GetString(OfJson(Encoding.UTF8.GetBytes(lines[line])));
        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    /// <summary>One value changed to another, taken out or put beside itself.</summary>
    private byte[] OfJson(byte[] whole)
    {
        JsonNode root;
        try
        {
            root = JsonNode.Parse(whole)!;
        }
        catch (System.Text.Json.JsonException)
        {
            return OfBytes(whole);
        }

        JsonNode?[] places = [.. Below(root)];
        JsonNode place = places[_random.Next(places.Length)]!;
        var trap = JsonNode.Parse(JsonTraps[_random.Next(JsonTraps.Length)]);
        switch (place)
        {
            case JsonObject { Count: > 0 } item:
                string key = item.ElementAt(_random.Next(item.Count)).Key;
                if (_random.Next(5) == 0) item.Remove(key);
                else item[_random.Next(8) == 0 ? key + "x" : key] = trap;
                break;
            case JsonArray { Count: > 0 } list:
                int at = _random.Next(list.Count);
                if (_random.Next(3) == 0) list.RemoveAt(at);
                else if (_random.Next(3) == 0) list.Add(list[at]?.DeepClone());
                else list[at] = trap;
                break;
            default:
                return Encoding.UTF8.GetBytes(trap?.ToJsonString() ?? "null");
        }

        return Encoding.UTF8.GetBytes(root.ToJsonString().Replace(Lone, "\"\\uD83D\"", StringComparison.Ordinal));
    }

    /// <summary>A tree's objects and lists.</summary>
    private static IEnumerable<JsonNode> Below(JsonNode? node)
    {
        IEnumerable<JsonNode?> parts = node switch
        {
            JsonObject item => item.Select(pair => pair.Value),
            JsonArray list => list,
            _ => [],
        };
        return node is JsonObject or JsonArray ? parts.SelectMany(Below).Prepend(node) : [];
    }
}
