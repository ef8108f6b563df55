using Tessera.Data.Storage;

namespace Tessera.Data.Tests.Storage;

public sealed class AtomicFolderTests : IDisposable
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(Own, false)]
    [InlineData(Own, true)]
    [InlineData(Own | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute, false)]
    public void A_folder_in_its_place_keeps_its_permissions(UnixFileMode mode, bool replace)
    {
        if (OperatingSystem.IsWindows()) return;
        string path = _directory.In("out");
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, mode);

        using (var folder = new AtomicFolder(path, replace))
        {
            Assert.Equal((mode, mode), (File.GetUnixFileMode(path), File.GetUnixFileMode(folder.Path)));
            File.WriteAllText(folder.In("file"), "content");
            folder.Complete();
        }

        Assert.Equal((mode, "content"), (File.GetUnixFileMode(path), File.ReadAllText(Path.Combine(path, "file"))));
    }
}
