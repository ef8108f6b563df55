using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace Tessera.Server.Transfers;

/// <summary>Lines of a body as they come, so that no more than one of them is in memory.</summary>
internal static class LineReader
{
    /// <summary>Most bytes of a line.</summary>
    public const int MaxLine = 1 << 20;

    /// <summary>The lines without their ends; the memory is the caller's.</summary>
    /// <exception cref="BadHttpRequestException">A line is too long.</exception>
    public static async IAsyncEnumerable<byte[]> ReadAsync(PipeReader body, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            ReadResult read = await body.ReadAsync(cancel);
            ReadOnlySequence<byte> buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                yield return buffer.Slice(0, end).ToArray();
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (buffer.Length > MaxLine) throw new BadHttpRequestException($"A line is longer than {MaxLine:N0} bytes; expected NDJSON, one object a line.");
            if (read.IsCompleted)
            {
                if (!buffer.IsEmpty) yield return buffer.ToArray();
                body.AdvanceTo(read.Buffer.End);
                yield break;
            }

            body.AdvanceTo(buffer.Start, buffer.End);
        }
    }
}
