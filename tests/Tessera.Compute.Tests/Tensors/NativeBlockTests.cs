using System.Globalization;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Tensors;

public sealed class NativeBlockTests
{
    [Fact]
    public void There_is_no_more_memory_than_the_machine_has()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems refuse what they do not have.");
        string total = File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemTotal:", StringComparison.Ordinal));
        long bytes = 1024 * long.Parse(total.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        Assert.InRange(NativeBlock.Memory, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, bytes);
    }
}
