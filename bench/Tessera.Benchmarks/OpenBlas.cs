using System.Runtime.InteropServices;

namespace Tessera.Benchmarks;

/// <summary>The system's OpenBLAS, to compare with where it is installed.</summary>
internal sealed unsafe class OpenBlas
{
    private const int RowMajor = 101, NoTranspose = 111, Transpose = 112;
    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _sgemm;

    private OpenBlas(nint library, int threads)
    {
        _sgemm = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemm");
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(threads);
        var name = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "openblas_get_corename");
        Core = Marshal.PtrToStringUTF8((nint)name()) ?? "unknown";
    }

    /// <summary>Which of its kernels it chose; the environment variable OPENBLAS_CORETYPE overrides.</summary>
    public string Core { get; }

    public static OpenBlas? TryLoad(int threads) =>
        NativeLibrary.TryLoad("libopenblas.so.0", out nint library) ? new OpenBlas(library, threads) : null;

    public void Multiply(int m, int n, int k, bool transposeA, Span<float> a, Span<float> b, Span<float> c)
    {
        fixed (float* pa = a, pb = b, pc = c)
            _sgemm(RowMajor, transposeA ? Transpose : NoTranspose, NoTranspose, m, n, k, 1f, pa, transposeA ? m : k, pb, n, 0f, pc, n);
    }
}
