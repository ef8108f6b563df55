using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tessera.Data.Storage;

/// <summary>Tells files from what looks like one but may wait for ever, or never end, when it is opened.</summary>
internal static partial class FileKind
{
    private const int KindBits = 0xF000, Regular = 0x8000, Folder = 0x4000;

    /// <summary>
    /// Whether a path, links followed, leads to a pipe, a device or a socket; false where there is nothing, and on Windows, where opening tells.
    /// </summary>
    public static bool IsSpecial(string path)
    {
        if (OperatingSystem.IsWindows() || path.Contains('\0', StringComparison.Ordinal)) return false;
        return Ask(Path.GetFullPath(path), out Status status) == 0 && (status.Mode & KindBits) is not (Regular or Folder);
    }

    // The runtime's own wrapper of stat(2), which has one layout on all systems.
    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Ask(string path, out Status status);

    [StructLayout(LayoutKind.Sequential)]
    private struct Status
    {
        public int Flags, Mode;
        public Rest Others;
    }

    [InlineArray(32)]
    private struct Rest
    {
        private long _first;
    }
}
