using System.Runtime.InteropServices;

namespace Tessera.Compute.Tensors;

/// <summary>Zeroed, aligned native memory. Large blocks ask Linux for huge pages: rows far apart then share address translations.</summary>
internal static unsafe partial class NativeBlock
{
    private const nuint LineSize = 64;
    private const nuint HugePage = 1 << 21;
    private const nuint MuchMemory = 1 << 30;
    private const int AdviseHugePages = 14; // MADV_HUGEPAGE

    /// <summary>Allocates floats, all zero.</summary>
    /// <param name="count">Number of floats, 0 or more.</param>
    /// <exception cref="OutOfMemoryException">The block is larger than the memory of the machine or container, or the system refuses it.</exception>
    public static float* Allocate(long count)
    {
        nuint bytes = (nuint)Math.Max(1, count) * sizeof(float);
        if (bytes >= MuchMemory) RefuseBeyondMachine(bytes);
        bool huge = OperatingSystem.IsLinux() && bytes >= 2 * HugePage;
        void* block = NativeMemory.AlignedAlloc(bytes, huge ? HugePage : LineSize);
        if (huge) _ = Advise(block, bytes, AdviseHugePages); // advice only: refused, the block works as well with small pages
        NativeMemory.Clear(block, bytes);
        return (float*)block;
    }

    /// <summary>Frees a block of <see cref="Allocate"/>.</summary>
    public static void Free(float* block) => NativeMemory.AlignedFree(block);

    /// <summary>Systems promise memory they do not have, and end the process when it is used.</summary>
    private static void RefuseBeyondMachine(nuint bytes)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > (nuint)available) throw new InsufficientMemoryException($"A matrix of {bytes:N0} bytes is needed, and there are {available:N0} in all.");
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
