namespace Tessera.Compute.Kernels;

/// <summary>The operations on small whole numbers that <see cref="QuantizedTile"/> needs, for one vector width; see <see cref="ISimd{TVector}"/>.</summary>
/// <typeparam name="TVector">The register, as bytes.</typeparam>
internal unsafe interface IByteSimd<TVector>
    where TVector : unmanaged
{
    /// <summary>Groups of four bytes in a vector: its lanes.</summary>
    static abstract int Lanes { get; }

    static abstract TVector Load(byte* source);

    /// <summary>Four signed bytes in every lane.</summary>
    static abstract TVector Broadcast(sbyte* four);

    /// <summary>Products of unsigned and signed bytes, added up in pairs, as 16-bit numbers.</summary>
    static abstract TVector MultiplyPairs(TVector unsigned, TVector signed);

    /// <summary>Adds 16-bit numbers.</summary>
    static abstract TVector AddShorts(TVector left, TVector right);

    /// <summary>Adds pairs of 16-bit numbers to 32-bit sums.</summary>
    static abstract TVector AddPairs(TVector sums, TVector shorts);

    static abstract void Store(int* target, TVector sums);

    /// <summary>A bit for each lane whose dot product may be above a threshold, <c>not Σ·s·t + e·a + l·b ≤ T</c>, which NaN is.</summary>
    /// <param name="sums">Σ of each lane, before the row's shift is taken off.</param>
    /// <param name="row">The row's shift, scale s, error e and length l.</param>
    /// <param name="scales">t of each lane.</param>
    /// <param name="lengths">a of each lane.</param>
    /// <param name="errors">b of each lane.</param>
    /// <param name="thresholds">T of each lane.</param>
    static abstract uint MayExceed(int* sums, in QuantizedRow row, float* scales, float* lengths, float* errors, float* thresholds);
}
