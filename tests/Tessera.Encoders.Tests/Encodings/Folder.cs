using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Compute.Tensors;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Tests.Encodings;

/// <summary>A folder with an item table, deleted at the end.</summary>
public sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("tessera-encodings-").FullName;

    public string CachePath => File("cache/encodings.sqlite");

    /// <summary>The first bytes of a PNG file that differs by its number.</summary>
    public static byte[] Png(byte number) => SamplePng.Create(number);

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes an item table: id, text (null for none) and image (null for none).</summary>
    public ItemTable Items(params (string Id, string? Text, string? Image)[] items)
    {
        System.IO.File.WriteAllLines(File("items.jsonl"), items.Select(item =>
        {
            var json = new JsonObject { ["item"] = item.Id };
            if (item.Text is not null) json["title"] = item.Text;
            if (item.Image is not null) json["image"] = item.Image;
            return json.ToJsonString();
        }));
        return ItemTable.Open(Path);
    }

    /// <summary>Items a0, a1, … with the texts "text 0", "text 1", ….</summary>
    public ItemTable Texts(int count) => Items([.. Enumerable.Range(0, count).Select(i => ($"a{i}", (string?)$"text {i}", (string?)null))]);

    /// <summary>Items with an image each.</summary>
    public ItemTable Images(int count)
    {
        for (int i = 0; i < count; i++) System.IO.File.WriteAllBytes(File($"{i}.png"), Png((byte)i));
        return Items([.. Enumerable.Range(0, count).Select(i => ($"a{i}", (string?)null, (string?)$"{i}.png"))]);
    }

    /// <summary>A modality's rows, checked against the manifest.</summary>
    public float[][] Rows(string modality, ItemTable table)
    {
        FeatureFolder folder = FeatureFolder.Read(Path);
        folder.CheckItems(table.Ids, "the items");
        Assert.Empty(folder.Notices);
        using Matrix matrix = folder.Modalities.Single(m => m.Name == modality).Features;
        return [.. Enumerable.Range(0, matrix.Rows).Select(row => matrix.Row(row).ToArray())];
    }

    /// <summary>The listed failures: id and reason.</summary>
    public (string Item, string Reason)[] Failures(string name)
    {
        string path = FailureList.PathOf(Path, name);
        if (!System.IO.File.Exists(path)) return [];
        return [.. System.IO.File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(json => (json.GetProperty("item").GetString()!, json.GetProperty("reason").GetString()!))];
    }

    /// <summary>Whether any file below holds these bytes.</summary>
    public bool AnyFileHolds(ReadOnlySpan<byte> bytes)
    {
        foreach (string file in Directory.GetFiles(Path, "*", SearchOption.AllDirectories))
            if (System.IO.File.ReadAllBytes(file).AsSpan().IndexOf(bytes) >= 0) return true;
        return false;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
