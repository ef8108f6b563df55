using System.Diagnostics;
using System.Net.Sockets;
using Tessera.Data.Storage;

namespace Tessera.Data.Tests.Storage;

public sealed class InputFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_pipe_that_nobody_writes_is_refused_before_it_is_opened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named pipes among its files.");
        string pipe = _directory.In("pipe"), link = _directory.In("link");
        Process.Start("mkfifo", [pipe]).WaitForExit();
        File.CreateSymbolicLink(link, pipe);
        RequireRefused(pipe);
        RequireRefused(link);
    }

    [Fact]
    public void A_socket_is_refused()
    {
        string path = _directory.In("socket");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        RequireRefused(path);
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    [InlineData("/dev/tty")]
    public void A_device_is_refused(string path)
    {
        Assert.SkipUnless(File.Exists(path), $"There is no {path}.");
        RequireRefused(path);
    }

    [Fact]
    public void A_folder_and_a_path_that_none_can_be_are_refused()
    {
        Assert.Contains("is a folder; expected a file", Refusal(_directory.Path), StringComparison.Ordinal);
        Assert.Contains("does not exist; check the path", Refusal(_directory.In("none")), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Refusal("a\0b"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_no_array_holds_is_refused()
    {
        string path = _directory.In("large");
        using (FileStream file = File.Create(path)) file.SetLength(5L << 29); // sparse
        var refused = Assert.Throws<InvalidInputException>(() => InputFile.ReadBytes(path));
        Assert.Equal($"File '{path}' has 2.5 GiB; expected less than 2 GiB, so check that it is the right file, and name a smaller one.", refused.Message);
    }

    [Fact]
    public void A_file_is_read_through_links_whole_or_by_lines()
    {
        string file = _directory.Write("file", "\uFEFFone\r\ntwo"), link = _directory.In("link");
        File.CreateSymbolicLink(link, file);
        Assert.Equal("one\r\ntwo", InputFile.ReadText(link));
        Assert.Equal(["one", "two"], InputFile.ReadLines(link));
        using FileStream stream = InputFile.Open(link);
        Assert.Equal(11, stream.Length);
    }

    private static void RequireRefused(string path)
    {
        string sentence = $"'{path}' is a pipe, a device or a socket; expected a file, so save what it gives first and name that.";
        Assert.Equal(sentence, Refusal(path));
        Assert.Equal(sentence, Assert.Throws<InvalidInputException>(() => InputFile.RefuseSpecial(path)).Message);
    }

    private static string Refusal(string path) => Assert.Throws<InvalidInputException>(() => InputFile.Open(path)).Message;
}
