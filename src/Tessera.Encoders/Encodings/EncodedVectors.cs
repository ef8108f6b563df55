using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Tessera.Encoders.Encodings;

/// <summary>An encoder's vectors as results to store, little-endian float32: all of one length, those of this run and of earlier ones.</summary>
/// <param name="differ">What to throw where they are of two lengths, told both.</param>
internal sealed class EncodedVectors(Func<int, int, Exception> differ)
{
    private int _dimensions;

    /// <summary>Why a vector is of no use, as the end of a sentence; null where it is.</summary>
    public static string? ProblemOf(ReadOnlySpan<float> vector)
    {
        if (vector.IsEmpty) return "the encoder gives it a vector without numbers";
        if (!TensorPrimitives.IsFiniteAll(vector)) return "the encoder gives it a vector with numbers that are not finite";
        return vector.ContainsAnyExcept(0f) ? null : EncodedContent.AllZeros;
    }

    /// <summary>A vector as a result, or why it is none.</summary>
    public EncodedContent Of(ReadOnlySpan<float> vector)
    {
        if (ProblemOf(vector) is { } problem) return new EncodedContent(null, problem);
        Agree(vector.Length);
        return new EncodedContent(MemoryMarshal.AsBytes(vector).ToArray(), null);
    }

    /// <summary>Whether a stored result is a vector that is of use.</summary>
    public bool Recognize(byte[] stored)
    {
        if (stored.Length % sizeof(float) != 0 || ProblemOf(MemoryMarshal.Cast<byte, float>(stored)) is not null) return false;
        Agree(stored.Length / sizeof(float));
        return true;
    }

    /// <summary>All vectors have the length of the first one.</summary>
    private void Agree(int dimensions)
    {
        int first = Interlocked.CompareExchange(ref _dimensions, dimensions, 0);
        if (first != 0 && first != dimensions) throw differ(dimensions, first);
    }
}
