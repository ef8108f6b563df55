using System.Runtime.InteropServices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;
using Tessera.Compute.Threads;

namespace Tessera.Compute.Devices;

public sealed unsafe partial class Device
{
    private const int TransformColumns = 32;

    /// <summary>Cosine transform of each column of x; the result may be x.</summary>
    public void CosineTransform(ICosineTransform transform, DctDirection direction, Matrix x, Matrix result)
    {
        RequireSameShape(x, result);
        Require(x.Rows == transform.Length, $"{transform.Length} rows");
        int scratch = transform.ScratchLength;
        ReserveScratch(scratch);
        var handle = new GCHandle<ICosineTransform>(transform); // a work item holds no references
        try
        {
            var work = new TransformColumnsWork
            {
                Transform = GCHandle<ICosineTransform>.ToIntPtr(handle),
                Direction = direction,
                Rows = x.Rows,
                Columns = x.Columns,
                X = x.Data,
                Result = result.Data,
                Scratch = _scratch.Data,
                ScratchLength = scratch,
            };
            _team.Run(Parts(x.Columns, TransformColumns), ref work);
        }
        finally
        {
            handle.Dispose();
        }
    }

    private struct TransformColumnsWork : IDividedWork
    {
        public nint Transform;
        public DctDirection Direction;
        public int Rows, Columns, ScratchLength;
        public float* X, Result, Scratch;

        public readonly void Execute(int part, int worker)
        {
            int length = Rows * Columns, from = part * TransformColumns;
            GCHandle<ICosineTransform>.FromIntPtr(Transform).Target.AlongColumns(
                Direction, new ReadOnlySpan<float>(X, length), new Span<float>(Result, length), Columns,
                from, Math.Min(Columns, from + TransformColumns),
                new Span<float>(Scratch + ((nint)worker * ScratchLength), ScratchLength));
        }
    }
}
