using System.Runtime.InteropServices;

namespace Tessera.Serving;

/// <summary>Work that is done on a thread of low priority, which processes that it starts inherit on Linux.</summary>
internal static partial class LowPriority
{
    private const int OfThread = 0, Caller = 0, Nice = 10, Nicest = 19;

    /// <summary>Runs what waits for everything else on the machine.</summary>
    public static Task<T> RunAsync<T>(Func<T> work) => RunAsync(work, Nicest);

    /// <summary>Runs what somebody waits for, and lets requests go first: it gets a tenth of a core that they want wholly.</summary>
    public static Task<T> RunSoonAsync<T>(Func<T> work) => RunAsync(work, Nice);

    /// <summary>
    /// A low priority is inherited by threads that are started, and whoever ends a task may start one of the pool: so a thread of the usual priority waits and
    /// ends it, which is none of the pool's, for on one core that has but one.
    /// </summary>
    private static Task<T> RunAsync<T>(Func<T> work, int nice)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        T? result = default;
        Exception? failure = null;
        Thread worker = Background(() =>
        {
            try
            {
                if (OperatingSystem.IsLinux()) _ = SetPriority(OfThread, Caller, nice); // elsewhere this would be the whole process
                result = work();
            }
            catch (Exception cause)
            {
                failure = cause;
            }
        });
        worker.Priority = ThreadPriority.Lowest; // which Linux does not heed
        Background(() =>
        {
            worker.Start();
            worker.Join();
            if (failure is null) done.SetResult(result!);
            else done.SetException(failure);
        }).Start();
        return done.Task;

        static Thread Background(ThreadStart start) => new(start) { IsBackground = true, Name = "tessera-background" };
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);
}
