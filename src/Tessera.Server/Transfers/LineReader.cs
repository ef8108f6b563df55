using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Tessera.Data.Storage;

namespace Tessera.Server.Transfers;

/// <summary>Lines of a body as they come, so that no more than one of them is in memory.</summary>
internal static class LineReader
{
    /// <summary>Most bytes of a line: twice what an item that is put may have.</summary>
    public const int MaxLine = 16 << 20;

    /// <summary>
    /// The lines without their ends, and without the mark that some programs put before UTF-8; the memory is the caller's. Null for a line that is too long.
    /// </summary>
    public static async IAsyncEnumerable<byte[]?> ReadAsync(PipeReader body, [EnumeratorCancellation] CancellationToken cancel)
    {
        bool isFirst = true, isTooLong = false;
        while (true)
        {
            ReadResult read = await body.ReadAsync(cancel);
            ReadOnlySequence<byte> buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                yield return Line(buffer.Slice(0, end));
                (isFirst, isTooLong) = (false, false);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (read.IsCompleted)
            {
                if (isTooLong || !buffer.IsEmpty) yield return Line(buffer);
                body.AdvanceTo(read.Buffer.End);
                yield break;
            }

            isTooLong |= buffer.Length > MaxLine;
            body.AdvanceTo(isTooLong ? buffer.End : buffer.Start, buffer.End); // of a line that is too long, nothing is kept
        }

        byte[]? Line(ReadOnlySequence<byte> bytes)
        {
            if (isTooLong || bytes.Length > MaxLine) return null;
            byte[] line = bytes.ToArray();
            return isFirst && line.AsSpan().StartsWith(SourceText.ByteOrderMark) ? line[SourceText.ByteOrderMark.Length..] : line;
        }
    }
}
