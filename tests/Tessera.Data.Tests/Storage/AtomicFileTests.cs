using System.Security.Cryptography;
using System.Text;
using Tessera.Data.Storage;

namespace Tessera.Data.Tests.Storage;

public sealed class AtomicFileTests
{
    [Fact]
    public void The_content_is_written_whole_and_its_checksum_returned()
    {
        using var folder = new TemporaryDirectory();
        string path = folder.In("deep/below/file.bin");
        byte[] content = Encoding.UTF8.GetBytes("some bytes");

        string checksum = AtomicFile.Write(path, stream =>
        {
            stream.Write(content.AsSpan(0, 4));
            stream.Write(content.AsSpan(4));
        });

        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), checksum);
        Assert.Equal(checksum, Checksums.Of(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void An_empty_file_has_the_checksum_of_nothing()
    {
        using var folder = new TemporaryDirectory();

        string checksum = AtomicFile.Write(folder.In("empty"), _ => { });

        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", checksum);
    }

    [Fact]
    public void A_writer_may_close_the_stream()
    {
        using var folder = new TemporaryDirectory();

        string checksum = AtomicFile.Write(folder.In("file.txt"), stream =>
        {
            using var writer = new StreamWriter(stream);
            writer.Write("new");
        });

        Assert.Equal("new", File.ReadAllText(folder.In("file.txt")));
        Assert.Equal(checksum, Checksums.Of(folder.In("file.txt")));
    }

    [Fact]
    public void A_failing_writer_leaves_the_old_file_and_no_temporary_one()
    {
        using var folder = new TemporaryDirectory();
        string path = folder.In("file.txt");
        File.WriteAllText(path, "old");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("half of the n"u8);
            throw new InvalidOperationException();
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    public void A_full_disk_is_told_and_leaves_the_old_file_and_no_temporary_one(int bytes)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no device here that is always full.");
        using var folder = new TemporaryDirectory();
        string path = folder.In("file.bin");
        File.WriteAllText(path, "old");
        File.CreateSymbolicLink(path + ".tmp", "/dev/full");

        StorageException e = Assert.Throws<StorageException>(() => AtomicFile.Write(path, stream => stream.Write(new byte[bytes])));

        Assert.Contains("No space left on device", e.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_writer_that_fails_on_a_full_disk_is_heard()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no device here that is always full.");
        using var folder = new TemporaryDirectory();
        File.CreateSymbolicLink(folder.In("file.bin.tmp"), "/dev/full");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(folder.In("file.bin"), stream =>
        {
            stream.Write("half of the n"u8);
            throw new InvalidOperationException();
        }));

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void The_leftover_of_a_killed_process_does_not_matter()
    {
        using var folder = new TemporaryDirectory();
        string path = folder.In("file.txt");
        File.WriteAllText(path + ".tmp", "the longer leftover of a killed process");

        AtomicFile.Write(path, stream => stream.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }
}
