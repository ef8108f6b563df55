using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;

namespace Tessera.Serving.Retraining;

/// <summary>Writes what is trained on, with all that later items are encoded by.</summary>
internal static class TrainingDataWriter
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a data set into a folder, which is made.</summary>
    /// <param name="earlier">Folder of the data that it grew out of.</param>
    /// <exception cref="InvalidInputException">An id cannot be written.</exception>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static void Write(Dataset data, string earlier, string folder) => StorageException.Guard($"Folder '{folder}'", () =>
    {
        Directory.CreateDirectory(folder);
        DatasetWriter.WriteInto(folder, data);
        if (data.ItemTitles.Value is { } titles) WriteTitles(Path.Combine(folder, "items.jsonl"), data.AllItemIds(), titles);
        if (FeatureManifest.ReadIfPresent(earlier) is not { } described) return;
        FeatureManifest manifest = FeatureManifest.For([.. data.AllItemIds()]);
        foreach (Modality modality in data.Modalities)
        {
            EncoderFile.Copy(modality, folder);
            if (described.Modalities.FirstOrDefault(entry => entry.Name == modality.Name) is not { } entry) continue;
            string content = Checksums.OfText($"{entry.Content} {DatasetFingerprint.Of(modality)}"); // the contents of later items are not at hand any more
            manifest = manifest.With(FeatureManifestEntry.Of(modality, entry.Encoder, entry.Version, content));
        }

        manifest.Write(folder);
    });

    private static void WriteTitles(string path, IReadOnlyList<string> ids, IReadOnlyList<string> titles) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        foreach ((string id, string title) in ids.Zip(titles))
            if (title.Length > 0) writer.WriteLine(JsonSerializer.Serialize(new { item = id, title }, Readable));
    });
}
