using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Devices;

/// <summary>Every method checks what it is given before it touches memory.</summary>
public sealed class RefusalTests
{
    private static readonly AdamConstants Adam = new(0.1f, 1f, 0.9f, 0.999f, 1e-8f, 0f);
    private static readonly CsrMatrix Sparse = CsrMatrix.FromEntries(3, 5, [(0, 0, 1f)]);

    private static readonly Dictionary<string, Action<Device>> Misfits = new()
    {
        ["MatMul inner"] = d => d.MatMul(M(3, 4), false, M(5, 2), false, M(3, 2)),
        ["MatMul inner, transposed"] = d => d.MatMul(M(3, 4), true, M(4, 2), false, M(4, 2)),
        ["MatMul rows"] = d => d.MatMul(M(3, 4), false, M(4, 2), false, M(4, 2)),
        ["MatMul columns"] = d => d.MatMul(M(3, 4), false, M(2, 4), true, M(3, 3)),
        ["MatMul bias"] = d => d.MatMul(M(3, 4), false, M(4, 2), false, M(3, 2), false, M(1, 3)),
        ["SparseMatMul inner"] = d => d.SparseMatMul(Sparse, M(4, 2), null, M(3, 2)),
        ["SparseMatMul rows"] = d => d.SparseMatMul(Sparse, M(5, 2), null, M(5, 2)),
        ["SparseMatMul columns"] = d => d.SparseMatMul(Sparse, M(5, 2), null, M(3, 3)),
        ["SparseMatMul addend"] = d => d.SparseMatMul(Sparse, M(5, 2), M(3, 1), M(3, 2)),
        ["Scale"] = d => d.Scale(1f, M(3, 4), M(4, 3)),
        ["Combine operands"] = d => d.Combine(1f, M(3, 4), 1f, M(3, 5), M(3, 4)),
        ["Combine result"] = d => d.Combine(1f, M(3, 4), 1f, M(3, 4), M(2, 4)),
        ["BiasActivation result"] = d => d.BiasActivation(M(3, 4), null, 1f, M(3, 5)),
        ["BiasActivation bias"] = d => d.BiasActivation(M(3, 4), M(1, 3), 1f, M(3, 4)),
        ["LeakyReluGradient output"] = d => d.LeakyReluGradient(1f, M(3, 4), M(3, 3), M(3, 4)),
        ["LeakyReluGradient result"] = d => d.LeakyReluGradient(1f, M(3, 4), M(3, 4), M(3, 3)),
        ["ColumnSums"] = d => d.ColumnSums(M(3, 4), M(1, 3)),
        ["NormalizeRows below"] = d => d.NormalizeRows(M(3, 4), M(4, 9), 2, 0, M(3, 1)),
        ["NormalizeRows beside"] = d => d.NormalizeRows(M(3, 4), M(9, 4), 0, 1, M(3, 1)),
        ["NormalizeRows before"] = d => d.NormalizeRows(M(3, 4), M(9, 9), -1, 0, M(3, 1)),
        ["NormalizeRows far below"] = d => d.NormalizeRows(M(3, 4), M(9, 9), int.MaxValue, 0, M(3, 1)),
        ["NormalizeRows norms"] = d => d.NormalizeRows(M(3, 4), M(9, 9), 0, 0, M(2, 1)),
        ["NormalizeRowsGradient gradient"] = d => d.NormalizeRowsGradient(M(9, 9), M(9, 8), 0, 0, M(3, 1), M(3, 4), false),
        ["NormalizeRowsGradient chunk"] = d => d.NormalizeRowsGradient(M(9, 9), M(9, 9), 7, 0, M(3, 1), M(3, 4), false),
        ["NormalizeRowsGradient norms"] = d => d.NormalizeRowsGradient(M(9, 9), M(9, 9), 0, 0, M(4, 1), M(3, 4), false),
        ["CopyBlock source"] = d => d.CopyBlock(M(3, 4), 1, 1, M(9, 9), 0, 0, 2, 4),
        ["CopyBlock target"] = d => d.CopyBlock(M(9, 9), 0, 0, M(3, 4), 2, 0, 2, 4),
        ["CopyBlock size"] = d => d.CopyBlock(M(9, 9), 0, 0, M(9, 9), 0, 0, -1, 4),
        ["CopyBlock far"] = d => d.CopyBlock(M(9, 9), 0, int.MaxValue, M(9, 9), 0, 0, 1, 1),
        ["GatherRows count"] = d => d.GatherRows(M(3, 4), [0, 1], M(3, 4)),
        ["GatherRows columns"] = d => d.GatherRows(M(3, 4), [0, 1], M(2, 3)),
        ["GatherRows index"] = d => d.GatherRows(M(3, 4), [0, 3], M(2, 4)),
        ["GatherRows negative"] = d => d.GatherRows(M(3, 4), [-1, 0], M(2, 4)),
        ["ScatterAddRows count"] = d => d.ScatterAddRows(1f, M(3, 4), [0, 1], M(3, 4)),
        ["ScatterAddRows index"] = d => d.ScatterAddRows(1f, M(2, 4), [0, 3], M(3, 4)),
        ["SoftmaxRows"] = d => d.SoftmaxRows(M(3, 4), M(4, 3)),
        ["SoftmaxRowsGradient"] = d => d.SoftmaxRowsGradient(M(3, 4), M(3, 4), M(3, 5), false),
        ["ScaleChunks rows"] = d => d.ScaleChunks(M(3, 4), M(2, 2), M(3, 4)),
        ["ScaleChunks chunks"] = d => d.ScaleChunks(M(3, 4), M(3, 3), M(3, 4)),
        ["ScaleChunks no chunks"] = d => d.ScaleChunks(M(3, 4), M(3, 0), M(3, 4)),
        ["ScaleChunks result"] = d => d.ScaleChunks(M(3, 4), M(3, 2), M(3, 2)),
        ["ScaleChunksGradient dy"] = d => d.ScaleChunksGradient(M(3, 4), M(3, 2), M(3, 2), null, false, null, false),
        ["ScaleChunksGradient dx"] = d => d.ScaleChunksGradient(M(3, 4), M(3, 2), M(3, 4), M(3, 2), false, null, false),
        ["ScaleChunksGradient dw"] = d => d.ScaleChunksGradient(M(3, 4), M(3, 2), M(3, 4), null, false, M(3, 4), false),
        ["DifferenceDots widths"] = d => d.DifferenceDots(M(3, 4), M(3, 5), [0], [1], [2], M(1, 1)),
        ["DifferenceDots counts"] = d => d.DifferenceDots(M(3, 4), M(3, 4), [0, 1], [1], [2], M(2, 1)),
        ["DifferenceDots result"] = d => d.DifferenceDots(M(3, 4), M(3, 4), [0], [1], [2], M(2, 1)),
        ["DifferenceDots x"] = d => d.DifferenceDots(M(3, 4), M(5, 4), [3], [1], [2], M(1, 1)),
        ["DifferenceDots y"] = d => d.DifferenceDots(M(5, 4), M(3, 4), [0], [3], [2], M(1, 1)),
        ["DifferenceDots z"] = d => d.DifferenceDots(M(5, 4), M(3, 4), [0], [0], [-2], M(1, 1)),
        ["DifferenceDotsGradient a"] = d => d.DifferenceDotsGradient(M(3, 4), M(5, 4), [0], [1], [2], M(1, 1), M(5, 4), null),
        ["DifferenceDotsGradient b"] = d => d.DifferenceDotsGradient(M(3, 4), M(5, 4), [0], [1], [2], M(1, 1), null, M(3, 4)),
        ["TopK indices"] = d => d.TopK(M(2, 4), null, [], [], new int[3], new float[3]),
        ["TopK scales"] = d => d.TopK(M(2, 4), M(1, 3), [], [], new int[2], new float[2]),
        ["TopK offsets"] = d => d.TopK(M(2, 4), null, [0, 1], [0], new int[2], new float[2]),
        ["TopK offsets beyond the columns"] = d => d.TopK(M(2, 4), null, [0, 1, 9], [0], new int[2], new float[2]),
        ["TopK offsets below 0"] = d => d.TopK(M(2, 4), null, [-1, 1, 1], [0], new int[2], new float[2]),
        ["TopK offsets that fall"] = d => d.TopK(M(2, 4), null, [0, 2, 1], [0, 1], new int[2], new float[2]),
        ["TopK masked column"] = d => d.TopK(M(2, 4), null, [0, 1, 1], [4], new int[2], new float[2]),
        ["Adam gradient"] = d => d.Adam(M(3, 4), M(3, 3), M(3, 4), M(3, 4), Adam),
        ["Adam moments"] = d => d.Adam(M(3, 4), M(3, 4), M(3, 4), M(4, 4), Adam),
    };

    public static TheoryData<string> Names => [.. Misfits.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_misfit_is_refused(string name)
    {
        using var device = new Device(1);
        Assert.ThrowsAny<ArgumentException>(() => Misfits[name](device));
    }

    [Fact]
    public void A_refusal_says_what_would_have_fitted()
    {
        using var device = new Device(1);
        var error = Assert.Throws<ArgumentException>(() => device.MatMul(M(3, 4), false, M(5, 2), false, M(3, 2)));
        Assert.Equal("Shapes do not fit: expected [3 x 4] [4 x 2] = [3 x 2].", error.Message);
    }

    [Fact]
    public void The_number_of_threads_is_as_asked_and_within_what_a_machine_serves()
    {
        using Device three = new(3), all = new();
        Assert.Equal(3, three.Threads);
        Assert.Equal(Environment.ProcessorCount, all.Threads);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Device(-1));
        Assert.InRange(Device.MaxThreads, Math.Max(64, Environment.ProcessorCount), int.MaxValue - 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Device(Device.MaxThreads + 1));
    }

    [Fact]
    public void Disposing_twice_is_harmless()
    {
        var device = new Device(2);
        device.Dispose();
        device.Dispose();
        Assert.Equal(2, device.Threads);
    }

    [Fact]
    public void Products_are_refused_by_a_device_that_is_disposed()
    {
        var device = new Device(2);
        device.Dispose();
        Assert.Throws<ObjectDisposedException>(() => device.MatMul(M(3, 4), false, M(4, 2), false, M(3, 2)));
        Assert.Throws<ObjectDisposedException>(() => device.AddMatMul(M(3, 4), M(2, 4), M(3, 2), 0));
        Assert.Throws<ObjectDisposedException>(() => device.LogSumScores(M(3, 4), M(5, 4), null, 1f, M(3, 1), null, null, null));
    }

    private static Matrix M(int rows, int columns) => new(rows, columns);
}
