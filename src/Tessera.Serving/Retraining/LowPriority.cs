using System.Runtime.InteropServices;

namespace Tessera.Serving.Retraining;

/// <summary>Work that waits for everything else on the machine: a thread of the lowest priority, which processes that it starts inherit on Linux.</summary>
internal static partial class LowPriority
{
    private const int OfThread = 0, Caller = 0, Nicest = 19;

    /// <summary>Runs something on a thread of its own.</summary>
    public static Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                if (OperatingSystem.IsLinux()) _ = SetPriority(OfThread, Caller, Nicest); // elsewhere this would be the whole process
                done.SetResult(work());
            }
            catch (Exception cause)
            {
                done.SetException(cause);
            }
        })
        {
            IsBackground = true,
            Name = "tessera-retraining",
            Priority = ThreadPriority.Lowest, // which Linux does not heed
        };
        thread.Start();
        return done.Task;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);
}
