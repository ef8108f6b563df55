namespace Tessera.Compute.Kernels;

/// <summary>An orthonormal cosine transform of vectors of one length, with its tables. Immutable, safe to share.</summary>
public interface ICosineTransform
{
    /// <summary>Length of the vectors.</summary>
    int Length { get; }

    /// <summary>Number of floats of scratch every call needs.</summary>
    int ScratchLength { get; }

    /// <summary>Transforms columns <paramref name="from"/> up to <paramref name="to"/> of a row-major matrix <c>[Length × columns]</c>.</summary>
    /// <param name="direction">Forward or inverse.</param>
    /// <param name="source">The matrix.</param>
    /// <param name="target">Where the result goes; may be the source itself.</param>
    /// <param name="columns">Number of columns of the matrix.</param>
    /// <param name="from">First column to transform.</param>
    /// <param name="to">One past the last; splits at multiples of 32 change no bit of the result.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> floats, overwritten.</param>
    void AlongColumns(
        DctDirection direction, ReadOnlySpan<float> source, Span<float> target, int columns, int from, int to, Span<float> scratch);
}
