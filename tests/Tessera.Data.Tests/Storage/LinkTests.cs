using System.Diagnostics;
using Tessera.Data.Storage;

namespace Tessera.Data.Tests.Storage;

/// <summary>What is written to a link goes where the link leads, and the link stays.</summary>
public sealed class LinkTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_is_written_where_links_lead(bool exists)
    {
        Directory.CreateDirectory(_directory.In("disk"));
        string file = Path.Combine(_directory.In("disk"), "file"), link = _directory.In("link"), second = _directory.In("second");
        if (exists) File.WriteAllText(file, "old");
        File.CreateSymbolicLink(link, Path.Combine("disk", "file"));
        File.CreateSymbolicLink(second, link);

        AtomicFile.WriteText(second, "new");

        Assert.Equal("new", File.ReadAllText(file));
        Assert.Equal((Path.Combine("disk", "file"), link), (new FileInfo(link).LinkTarget, new FileInfo(second).LinkTarget));
        Assert.Equal(["disk", "link", "second"], Directory.GetFileSystemEntries(_directory.Path).Select(Path.GetFileName).Order());
        Assert.Equal([file], Directory.GetFileSystemEntries(_directory.In("disk")));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void A_folder_is_filled_where_a_link_leads(bool exists, bool replace)
    {
        string disk = _directory.In("disk"), place = Path.Combine(disk, "place"), link = _directory.In("link");
        Directory.CreateDirectory(exists ? place : disk);
        Directory.CreateSymbolicLink(link, place);

        using (var folder = new AtomicFolder(link + Path.DirectorySeparatorChar, replace))
        {
            File.WriteAllText(folder.In("file"), "content");
            folder.Complete();
        }

        Assert.Equal("content", File.ReadAllText(Path.Combine(place, "file")));
        Assert.Equal(place, new FileInfo(link).LinkTarget);
        Assert.Equal([place], Directory.GetFileSystemEntries(disk));
    }

    [Fact]
    public void A_circle_of_links_and_a_pipe_are_refused()
    {
        string one = _directory.In("one"), other = _directory.In("other"), pipe = _directory.In("pipe");
        File.CreateSymbolicLink(one, other);
        File.CreateSymbolicLink(other, one);
        Assert.Contains("cannot be written", Assert.Throws<StorageException>(() => AtomicFile.WriteText(one, "")).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be written", Assert.Throws<StorageException>(() => new AtomicFolder(one)).Message, StringComparison.Ordinal);
        if (OperatingSystem.IsWindows()) return;
        Process.Start("mkfifo", [pipe]).WaitForExit();
        Assert.Contains("is a pipe", Assert.Throws<InvalidInputException>(() => AtomicFile.WriteText(pipe, "")).Message, StringComparison.Ordinal);
        Assert.Equal([one, other, pipe], Directory.GetFileSystemEntries(_directory.Path).Order());
    }
}
