namespace Tessera.Compute.Kernels;

/// <summary>Which way a discrete cosine transform goes.</summary>
public enum DctDirection
{
    /// <summary>From samples to coefficients: the orthonormal type-II transform, <c>y = C x</c>.</summary>
    Forward,

    /// <summary>From coefficients to samples: the orthonormal type-III transform, <c>x = Cᵀ y</c>; the forward one's gradient too.</summary>
    Inverse,
}
