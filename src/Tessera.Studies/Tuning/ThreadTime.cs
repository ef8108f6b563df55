using System.Runtime.InteropServices;

namespace Tessera.Studies.Tuning;

/// <summary>The processor time of a thread.</summary>
internal static partial class ThreadTime
{
    private const int LinuxClock = 3, MacClock = 16; // CLOCK_THREAD_CPUTIME_ID
    private const nint ThisThread = -2;

    /// <summary>What the calling thread has had since it began; only differences on one thread mean something.</summary>
    /// <exception cref="PlatformNotSupportedException">The system does not tell.</exception>
    public static TimeSpan Now
    {
        get
        {
            if (OperatingSystem.IsWindows() && GetThreadTimes(ThisThread, out _, out _, out long kernel, out long user) != 0) return TimeSpan.FromTicks(kernel + user);
            if (!OperatingSystem.IsWindows() && ClockGetTime(OperatingSystem.IsMacOS() ? MacClock : LinuxClock, out TimeSpec time) == 0)
                return TimeSpan.FromTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick));
            throw new PlatformNotSupportedException("The system does not tell a thread's processor time.");
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [LibraryImport("kernel32")]
    private static partial int GetThreadTimes(nint thread, out long creation, out long exit, out long kernel, out long user);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly nint Seconds, Nanoseconds;
    }
}
