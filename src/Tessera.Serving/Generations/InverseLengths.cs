using System.Numerics.Tensors;
using Tessera.Compute.Tensors;
using Tessera.Recommendation.Runs;

namespace Tessera.Serving.Generations;

/// <summary>
/// 1 / ‖v_i‖ of the items' vectors and of each of their chunks, kept as long as the vectors stay; NaN, which is never selected, for a vector of zeros.
/// </summary>
internal sealed class InverseLengths
{
    private readonly Matrix _vectors;
    private readonly Matrix? _owner; // of their memory, which must not become another's before this is gone
    private readonly float[][] _inverse; // of all columns, then of each chunk; those of items to come have room

    /// <param name="earlier">Those of an earlier state, some of which may still be right.</param>
    public InverseLengths(TrainedRun run, InverseLengths? earlier)
    {
        (_vectors, _owner) = (run.ItemVectors, run.Additions.Room);
        int known = 0, chunks = run.Chunks.Count, width = _vectors.Columns / Math.Max(1, chunks);
        if (earlier is not null && earlier._vectors.SharesRows(_vectors))
        {
            (known, _inverse) = (earlier._vectors.Rows, earlier._inverse);
            if (_inverse[0].Length < _vectors.Rows) _inverse = Array.ConvertAll(_inverse, of => Grown(of, _vectors.Rows));
        }
        else
        {
            _inverse = [.. Enumerable.Range(0, 1 + chunks).Select(_ => new float[_vectors.Rows])];
        }

        for (int item = known; item < _vectors.Rows; item++)
        {
            ReadOnlySpan<float> vector = _vectors.Row(item);
            _inverse[0][item] = Inverse(vector);
            for (int chunk = 0; chunk < chunks; chunk++) _inverse[1 + chunk][item] = Inverse(vector.Slice(chunk * width, width));
        }

        GC.KeepAlive(_owner);
    }

    /// <summary>Whether they are those of the vectors as somebody sees them.</summary>
    public bool IsOf(TrainedRun run) => _vectors.SharesRows(run.ItemVectors) && run.ItemCount <= _vectors.Rows;

    /// <summary>Those of a chunk; null for all columns.</summary>
    public ReadOnlyMemory<float> Of(int? chunk) => _inverse[chunk + 1 ?? 0];

    private static float Inverse(ReadOnlySpan<float> vector) => TensorPrimitives.Norm(vector) is > 0 and var length ? 1 / length : float.NaN;

    private static float[] Grown(float[] values, int length)
    {
        Array.Resize(ref values, length + (length / 8));
        return values;
    }
}
