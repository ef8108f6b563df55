using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Tessera.Data.Storage;

namespace Tessera.Server.Transfers;

/// <summary>Lines of a body as they come, so that no more than one of them is in memory.</summary>
internal static class LineReader
{
    /// <summary>Most bytes of a line.</summary>
    public const int MaxLine = 1 << 20;

    /// <summary>The lines without their ends, and without the mark that some programs put before UTF-8; the memory is the caller's.</summary>
    /// <exception cref="BadHttpRequestException">A line is too long.</exception>
    public static async IAsyncEnumerable<byte[]> ReadAsync(PipeReader body, [EnumeratorCancellation] CancellationToken cancel)
    {
        bool isFirst = true;
        while (true)
        {
            ReadResult read = await body.ReadAsync(cancel);
            ReadOnlySequence<byte> buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                yield return Line(buffer.Slice(0, end));
                isFirst = false;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (buffer.Length > MaxLine) throw new BadHttpRequestException($"A line is longer than {MaxLine:N0} bytes; expected NDJSON, one object a line.");
            if (read.IsCompleted)
            {
                if (!buffer.IsEmpty) yield return Line(buffer);
                body.AdvanceTo(read.Buffer.End);
                yield break;
            }

            body.AdvanceTo(buffer.Start, buffer.End);
        }

        byte[] Line(ReadOnlySequence<byte> bytes)
        {
            byte[] line = bytes.ToArray();
            return isFirst && line.AsSpan().StartsWith(SourceText.ByteOrderMark) ? line[SourceText.ByteOrderMark.Length..] : line;
        }
    }
}
