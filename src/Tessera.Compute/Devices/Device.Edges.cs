using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

// Sparse matrices whose values are computed: a pattern says which entries there are, a matrix [entries x 1] holds their values.
public abstract partial class Device
{
    /// <summary><c>Y = S X + addend</c>, S having the entries of a pattern and other values; the addend may be null, or Y itself.</summary>
    public abstract void EdgeMatMul(CsrMatrix pattern, Matrix values, Matrix x, Matrix? addend, Matrix result);

    /// <summary>For each entry (r, c) of a pattern <c>a_r · b_c</c>, <c>[entries x 1]</c>.</summary>
    public abstract void EdgeDots(CsrMatrix pattern, Matrix a, Matrix b, Matrix result, bool accumulate = false);

    /// <summary>Softmax over the entries of each row of a pattern.</summary>
    public abstract void SegmentSoftmax(CsrMatrix pattern, Matrix values, Matrix result);

    /// <summary>Gradient of <see cref="SegmentSoftmax"/>.</summary>
    public abstract void SegmentSoftmaxGradient(CsrMatrix pattern, Matrix output, Matrix outputGradient, Matrix result, bool accumulate);
}
