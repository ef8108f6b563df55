namespace Tessera.Compute.Kernels;

/// <summary>
/// The vector operations a kernel needs, for one vector width. A kernel is written once, generic over
/// <c>TSimd : ISimd&lt;TVector&gt;</c>; the JIT compiles it separately, and without overhead, for each width.
/// </summary>
/// <typeparam name="TVector">The register type: a 512-, 256- or 128-bit vector, or one float.</typeparam>
internal unsafe interface ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>Number of floats in a vector.</summary>
    static abstract int Width { get; }

    static abstract TVector Zero { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(float* target, TVector value);

    static abstract TVector Broadcast(float value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    static abstract TVector Divide(TVector left, TVector right);

    static abstract TVector Max(TVector left, TVector right);

    static abstract TVector Sqrt(TVector value);

    /// <summary>2 to a whole number from -126 to 127, lane by lane.</summary>
    static abstract TVector PowerOfTwo(TVector exponent);

    /// <summary><c>left * right + addend</c>, with one rounding where the machine has fused multiply-add.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>Sum of the lanes, always in the same order.</summary>
    static abstract float Sum(TVector value);

    /// <summary>Whether any lane of <paramref name="left"/> is greater than the same lane of <paramref name="right"/>.</summary>
    static abstract bool AnyGreater(TVector left, TVector right);

    /// <summary>Lane by lane: <paramref name="positive"/> where <paramref name="condition"/> is above zero, else <paramref name="other"/>.</summary>
    static abstract TVector SelectPositive(TVector condition, TVector positive, TVector other);
}
