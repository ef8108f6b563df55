using System.IO.Compression;
using Tessera.Data.EventLogs;
using Tessera.Data.Importing;

namespace Tessera.Data.Tests.Importing;

/// <summary>A folder to import from and to.</summary>
internal sealed class ImportWorkplace : IDisposable
{
    public TemporaryDirectory Directory { get; } = new();

    public string Out => Directory.In("out");

    public static byte[] Gzip(ReadOnlySpan<byte> content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(content);
        return compressed.ToArray();
    }

    /// <summary>Imports and gives what was made: events by their external names, in order, and the notices.</summary>
    public (ImportResult Result, (string User, string Item, long Time, float Rating)[] Events, ItemRecord[] Items) Import(
        string format, string events, string? items = null, Func<ImportOptions, ImportOptions>? with = null)
    {
        ImportResult result = Run(format, events, items, with);
        EventLog log = EventLog.Open(Out);
        var read = log.EventsByUser().SelectMany(user => user.Events.ToArray())
            .Select(e => (log.UserIds[e.User], log.ItemIds[e.Item], e.Time, e.Rating)).ToArray();
        return (result, read, [.. log.ItemTable()]);
    }

    public ImportResult Run(string format, string events, string? items = null, Func<ImportOptions, ImportOptions>? with = null)
    {
        var options = new ImportOptions(format, events, Out) { Items = items };
        return Importer.Run(with is null ? options : with(options));
    }

    /// <summary>The sentence with which an import is refused; nothing may be left of it.</summary>
    public string Refusal(string format, string events, string? items = null, Func<ImportOptions, ImportOptions>? with = null)
    {
        string[] before = System.IO.Directory.GetFileSystemEntries(Directory.Path);
        string message = Assert.Throws<InvalidInputException>(() => Run(format, events, items, with)).Message;
        Assert.Equal(before, System.IO.Directory.GetFileSystemEntries(Directory.Path));
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        return message;
    }

    public void Dispose() => Directory.Dispose();
}
