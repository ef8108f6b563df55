using System.Runtime.InteropServices;
using System.Text;

namespace Tessera.Cli;

/// <summary>The streams a process is started with.</summary>
internal static partial class StandardStream
{
    /// <summary>Numbers of the streams for results and for everything else.</summary>
    private const int OutDescriptor = 1, ErrorDescriptor = 2;

    private const int GetDescriptorFlags = 1, CloseOnExec = 1;

    /// <summary>Standard output; where the caller has closed it, a writer that says so when it is used.</summary>
    public static TextWriter Out() => IsClosed(OutDescriptor) ? new ClosedWriter() : Console.Out;

    /// <summary>Standard error; where the caller has closed it, a writer that says so when it is used.</summary>
    public static TextWriter Error() => IsClosed(ErrorDescriptor) ? new ClosedWriter() : Console.Error;

    /// <summary>
    /// Whether the caller has closed a stream. Its number may then belong to something the runtime has opened for itself, such as the pipe of
    /// its signals; that is closed in programs started from here, which a stream handed down to this one cannot be.
    /// </summary>
    private static bool IsClosed(int descriptor) =>
        !OperatingSystem.IsWindows() && ControlDescriptor(descriptor, GetDescriptorFlags) is var flags && (flags < 0 || (flags & CloseOnExec) != 0);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int ControlDescriptor(int descriptor, int command);

    private sealed class ClosedWriter : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("the stream is closed");
    }
}
