using System.Text.Encodings.Web;
using System.Text.Json;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Encoders.Encodings;

/// <summary>The items without a result as a file: one JSON object a line, with the item's id and the reason.</summary>
public static class FailureList
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Where the failures of a modality, or of <c>descriptions</c>, stand.</summary>
    public static string PathOf(string directory, string name) => Path.Combine(directory, $"{name}_failures.jsonl");

    /// <summary>Writes the file whole; where there are no failures, takes away what an earlier run left.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<ItemFailure> failures)
    {
        ArgumentNullException.ThrowIfNull(failures);
        try
        {
            if (failures.Count == 0) File.Delete(path);
            else AtomicFile.Write(path, stream => WriteLines(stream, failures));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"The list of failures '{path}' cannot be written ({e.Message.TrimEnd('.')}); expected a folder with room that you may write to.", e);
        }
    }

    private static void WriteLines(Stream stream, IReadOnlyList<ItemFailure> failures)
    {
        using var json = new Utf8JsonWriter(stream, Readable);
        foreach (ItemFailure failure in failures)
        {
            json.WriteStartObject();
            json.WriteString("item", failure.Id);
            json.WriteString("reason", failure.Reason);
            json.WriteEndObject();
            json.Flush();
            stream.WriteByte((byte)'\n');
            json.Reset();
        }
    }
}
