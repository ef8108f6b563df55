using System.Diagnostics;

namespace Tessera.Benchmarks.Serving;

/// <summary>A file system of some megabytes in memory, which can be filled to its last byte.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int Block = 1 << 16;

    private SmallDisk(string folder) => Folder = folder;

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    private string Filler => Path.Combine(Folder, "filler");

    /// <summary>Mounts one; null where that is not allowed.</summary>
    public static SmallDisk? TryMount(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        return Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tessera-benchmark", folder) ? new SmallDisk(folder) : null;
    }

    /// <summary>Leaves no room.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (int size in (int[])[Block, 1])
        {
            byte[] bytes = new byte[size];
            try
            {
                while (true) file.Write(bytes);
            }
            catch (IOException)
            {
            }
        }
    }

    /// <summary>Makes room again.</summary>
    public void Free() => File.Delete(Filler);

    public void Dispose() => Run("umount", Folder);

    private static bool Run(params string[] command)
    {
        using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
