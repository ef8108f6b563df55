using System.Globalization;
using Microsoft.Extensions.AI;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;
using Tessera.Encoders.Endpoints;
using Tessera.Encoders.Images;

namespace Tessera.Encoders.Encodings;

/// <summary>The images of items as contents to encode, each read when it is asked for.</summary>
internal static class ItemImages
{
    /// <summary>Largest image file that is read, 64 MiB.</summary>
    public const long MaxBytes = 64L << 20;

    /// <summary>A small picture that every encoder of images which works can encode.</summary>
    public static DataContent Sample { get; } = new(SamplePng.Create(shade: 0), SamplePng.MediaType) { Name = "sample" };

    /// <summary>The items' images; relative paths count from the table's folder, and addresses are not downloaded.</summary>
    public static IEnumerable<ItemContent<DataContent>> Of(ItemTable table) => table.Records().Select(record => Read(record, table.Directory));

    private static ItemContent<DataContent> Read(ItemRecord record, string directory)
    {
        if (string.IsNullOrWhiteSpace(record.Image)) return ItemContent<DataContent>.Absent(record.Id, "it names no image");
        if (PicturePath.IsAddress(record.Image))
            return Missing($"its image is at the address '{record.Image}'; download it and name the file");
        string path = Path.Combine(directory, record.Image);
        try
        {
            using FileStream file = InputFile.Open(path);
            if (file.Length == 0) return Missing($"its image '{path}' has 0 bytes");
            if (file.Length > MaxBytes)
                return Missing(string.Create(CultureInfo.InvariantCulture, $"its image '{path}' has {file.Length:N0} bytes, more than the {MaxBytes:N0} that are read"));
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return ImageFile.MediaTypeOf(bytes) is { } type
                ? new ItemContent<DataContent>(record.Id, new DataContent(bytes, type) { Name = path }, bytes)
                : Missing($"'{path}' is no image in {ImageFile.Formats}, or its header is damaged");
        }
        catch (InvalidInputException e) when (e.InnerException is FileNotFoundException or DirectoryNotFoundException)
        {
            return Missing($"its image '{path}' does not exist");
        }
        catch (Exception e) when (e is IOException or InvalidInputException)
        {
            return Missing($"its image cannot be used: {e.Message.TrimEnd('.')}");
        }

        ItemContent<DataContent> Missing(string problem) => ItemContent<DataContent>.Missing(record.Id, problem);
    }
}
