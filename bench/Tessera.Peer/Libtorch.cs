using System.Runtime.InteropServices;
using Tessera.Data;
using static TorchSharp.torch;

namespace Tessera.Peer;

/// <summary>The peer's native libraries.</summary>
internal static class Libtorch
{
    public const string Version = "libtorch 2.10 (TorchSharp 0.107)";

    /// <summary>Loads the library through which TorchSharp reaches libtorch, and gives it as many threads as ours.</summary>
    /// <exception cref="InvalidInputException">It cannot be loaded; the message is the loader's reason.</exception>
    public static void Load(int threads)
    {
        string name = OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";
        try
        {
            NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, name));
        }
        catch (Exception unloadable) when (unloadable is DllNotFoundException or BadImageFormatException)
        {
            string[] lines = unloadable.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            string reason = lines.Skip(1).FirstOrDefault() ?? lines[0]; // after .NET's advice comes what the system's loader says
            throw new InvalidInputException($"The peer's {name} does not load on this machine, so there is nothing to measure against: {reason}");
        }

        set_num_threads(threads);
    }
}
