using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tessera.Compute.Kernels;

/// <summary>
/// Copies a block of an operand into panels of <c>width</c> lines: step k of a panel holds element k of each of its lines,
/// contiguously; lines beyond the operand's edge are zeros. A's lines are its rows, B's its columns.
/// </summary>
internal static unsafe class GemmPacking
{
    // Steps are far apart in memory, so the hardware does not foresee them; this many ahead they are asked for.
    private const int Ahead = 8;
    private const int LineLength = 16;

    /// <summary>Packs lines that are adjacent in memory at each step (A transposed, or B not): plain copies.</summary>
    /// <param name="source">First element of the block.</param>
    /// <param name="stride">Floats between two steps.</param>
    /// <param name="lines">Number of lines of the block.</param>
    /// <param name="depth">Number of steps.</param>
    /// <param name="width">Lines of a panel.</param>
    /// <param name="target">Room for <c>⌈lines / width⌉ * depth * width</c> floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Adjacent(float* source, nint stride, int lines, int depth, int width, float* target)
    {
        int whole = lines / width * width;
        nint panel = (nint)width * depth;
        for (int k = 0; k < depth; k++, source += stride, target += width)
        {
            float* to = target;
            if (Sse.IsSupported)
                for (int line = 0; line < lines; line += LineLength) Sse.Prefetch0(source + (Ahead * stride) + line);
            for (int line = 0; line < whole; line += width, to += panel) Copy(source + line, to, width);
            if (whole == lines) continue;
            Copy(source + whole, to, lines - whole);
            new Span<float>(to + lines - whole, width - lines + whole).Clear();
        }
    }

    /// <summary>Packs lines each of which is contiguous in memory (A not transposed, or B transposed): 4 x 4 transpositions.</summary>
    /// <inheritdoc cref="Adjacent"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Contiguous(float* source, nint stride, int lines, int depth, int width, float* target)
    {
        for (int first = 0; first < lines; first += width, source += width * stride, target += (nint)width * depth)
        {
            int present = Math.Min(width, lines - first);
            int line = 0;
            for (; line + 4 <= present; line += 4) FourLines(source + (line * stride), stride, depth, width, target + line);
            for (; line < present; line++)
            {
                float* from = source + (line * stride), to = target + line;
                for (int k = 0; k < depth; k++, to += width) *to = from[k];
            }

            for (; line < width; line++)
            {
                float* to = target + line;
                for (int k = 0; k < depth; k++, to += width) *to = 0f;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(float* source, float* target, int count)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8) Vector256.Store(Vector256.Load(source + i), target + i);
        for (; i + 4 <= count; i += 4) Vector128.Store(Vector128.Load(source + i), target + i);
        for (; i < count; i++) target[i] = source[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourLines(float* source, nint stride, int depth, int width, float* target)
    {
        float* l0 = source, l1 = source + stride, l2 = source + (2 * stride), l3 = source + (3 * stride);
        int k = 0;
        for (; k + 4 <= depth; k += 4, target += 4 * width)
        {
            Vector128<float> a = Vector128.Load(l0 + k), b = Vector128.Load(l1 + k), c = Vector128.Load(l2 + k), d = Vector128.Load(l3 + k);
            Vector128<float> ac0 = Interleave(a, c, upper: false), ac1 = Interleave(a, c, upper: true);
            Vector128<float> bd0 = Interleave(b, d, upper: false), bd1 = Interleave(b, d, upper: true);
            Vector128.Store(Interleave(ac0, bd0, upper: false), target);
            Vector128.Store(Interleave(ac0, bd0, upper: true), target + width);
            Vector128.Store(Interleave(ac1, bd1, upper: false), target + (2 * width));
            Vector128.Store(Interleave(ac1, bd1, upper: true), target + (3 * width));
        }

        for (; k < depth; k++, target += width)
        {
            target[0] = l0[k];
            target[1] = l1[k];
            target[2] = l2[k];
            target[3] = l3[k];
        }
    }

    private static Vector128<float> Interleave(Vector128<float> left, Vector128<float> right, bool upper)
    {
        if (Sse.IsSupported)
        {
            return upper
                ? Sse.UnpackHigh(left, right)
                : Sse.UnpackLow(left, right);
        }

        return upper
            ? Vector128.Create(left[2], right[2], left[3], right[3])
            : Vector128.Create(left[0], right[0], left[1], right[1]);
    }
}
