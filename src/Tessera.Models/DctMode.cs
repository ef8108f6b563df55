namespace Tessera.Models;

/// <summary>What the discrete cosine transform of LIRDRec's shared input is taken of; the paper leaves it open.</summary>
public enum DctMode
{
    /// <summary>Each item's vector on a grid p x q, p the largest divisor of D not above √D, in two dimensions.</summary>
    Item2d,

    /// <summary>The whole |I| x D matrix, in two dimensions. Rows mix all items, so it is not defined for a new item.</summary>
    Matrix2d,

    /// <summary>Each item's vector, in one dimension (the released program).</summary>
    Item1d,

    /// <summary>No transform.</summary>
    None,

    /// <summary>As <see cref="Item2d"/>, by two bases of each modality, p x p and q x q, that start as the cosines and are trained. A control.</summary>
    Learned,

    /// <summary>As <see cref="Item2d"/>, by two random orthogonal bases in place of the cosines, drawn once. A control.</summary>
    RandomOrthogonal,
}
