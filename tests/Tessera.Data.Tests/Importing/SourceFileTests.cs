using System.IO.Pipes;
using System.Text;
using Tessera.Data.Importing;

namespace Tessera.Data.Tests.Importing;

public sealed class SourceFileTests : IDisposable
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 40_000).Select(i => $"{i * 7919L % 10007},")));
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Members_of_a_gzip_file_follow_each_other()
    {
        Assert.Equal(Content, Read(Content));
        Assert.Equal(Content, Read(ImportWorkplace.Gzip(Content)));
        Assert.Equal([.. Content, 1, 2, .. Content], Read([.. ImportWorkplace.Gzip(Content), .. ImportWorkplace.Gzip([1, 2]), .. ImportWorkplace.Gzip(Content)]));
        Assert.Empty(Read(ImportWorkplace.Gzip([0])[..0]));
        Assert.Equal([0x1F], Read([0x1F]));
        Assert.Equal([5], Read(ImportWorkplace.Gzip([5])));
    }

    [Fact]
    public void A_gzip_file_cut_anywhere_is_refused()
    {
        byte[] whole = ImportWorkplace.Gzip(Content.AsSpan(0, 600));
        for (int length = 2; length < whole.Length; length++)
        {
            string message = Assert.Throws<InvalidInputException>(() => Read(whole[..length])).Message;
            Assert.StartsWith($"'{_directory.In("file")}' is a damaged gzip file (", message, StringComparison.Ordinal);
            Assert.EndsWith("expected a whole one, so copy or download it again.", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_gzip_file_with_a_changed_byte_or_something_behind_it_is_refused()
    {
        byte[] whole = ImportWorkplace.Gzip(Content);
        foreach (int at in new[] { whole.Length / 2, whole.Length - 6, whole.Length - 1 })
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0x55;
            Assert.Contains("is a damaged gzip file", Assert.Throws<InvalidInputException>(() => Read(changed)).Message, StringComparison.Ordinal);
        }

        Assert.Contains("something else follows", Assert.Throws<InvalidInputException>(() => Read([.. whole, .. "some text behind"u8])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_is_refused()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        string path = $"/proc/self/fd/{pipe.GetClientHandleAsString()}";
        Assert.SkipUnless(File.Exists(path), "This system names no pipes in /proc.");
        Assert.Equal(
            $"'{path}' is a pipe, a device or a socket; expected a file, so save what it gives first and name that.",
            Assert.Throws<InvalidInputException>(() => new SourceFile(path)).Message);
    }

    private byte[] Read(byte[] content)
    {
        using var file = new SourceFile(_directory.Write("file", content));
        using var read = new MemoryStream();
        file.CopyTo(read);
        Assert.Equal(1, file.Share);
        return read.ToArray();
    }
}
