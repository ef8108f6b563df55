using System.Globalization;
using System.Runtime.InteropServices;

namespace Tessera.Compute.Tensors;

/// <summary>Zeroed, aligned native memory. Large blocks ask Linux for huge pages: rows far apart then share address translations.</summary>
internal static unsafe partial class NativeBlock
{
    private const nuint LineSize = 64;
    private const nuint HugePage = 1 << 21;
    private const long Large = 1L << 28; // smaller blocks are not worth a look at the system's figures
    private const int AdviseHugePages = 14; // MADV_HUGEPAGE
    private const int PhysicalPages = 85; // _SC_PHYS_PAGES

    /// <summary>Allocates floats, all zero.</summary>
    /// <param name="count">Number of floats, 0 or more.</param>
    /// <exception cref="InsufficientMemoryException">There is not so much memory.</exception>
    public static float* Allocate(long count)
    {
        nuint bytes = (nuint)Math.Max(1, count) * sizeof(float);
        bool huge = OperatingSystem.IsLinux() && bytes >= 2 * HugePage;
        if (huge) RefuseMoreThanThereIs((long)bytes);
        void* block;
        try
        {
            block = NativeMemory.AlignedAlloc(bytes, huge ? HugePage : LineSize);
        }
        catch (OutOfMemoryException cause)
        {
            throw new InsufficientMemoryException(Needed((long)bytes), cause);
        }

        if (huge) _ = Advise(block, bytes, AdviseHugePages); // advice only: refused, the block works as well with small pages
        NativeMemory.Clear(block, bytes);
        return (float*)block;
    }

    /// <summary>Bytes of memory of the machine, or of the container where that is given less. On Linux alone.</summary>
    internal static long Memory
    {
        get
        {
            // The runtime counts three quarters of a container's memory as its own, and all of a machine's.
            long container = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3 * 4, pages = SystemFigure(PhysicalPages);
            return pages > 0 ? Math.Min(container, pages * Environment.SystemPageSize) : container;
        }
    }

    // Linux grants more than it has, and ends the process that uses it.
    private static void RefuseMoreThanThereIs(long bytes)
    {
        if (bytes < Large || bytes + Environment.WorkingSet <= Memory) return;
        throw new InsufficientMemoryException(Needed(bytes));
    }

    private static string Needed(long bytes) => string.Create(
        CultureInfo.InvariantCulture, $"{bytes / 1e9:N1} GB were needed at once, beside {Environment.WorkingSet / 1e9:N1} GB in use");

    /// <summary>Frees a block of <see cref="Allocate"/>.</summary>
    public static void Free(float* block) => NativeMemory.AlignedFree(block);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "sysconf")]
    private static partial nint SystemFigure(int name);
}
