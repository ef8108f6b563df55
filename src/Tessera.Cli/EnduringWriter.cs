using System.Text;

namespace Tessera.Cli;

/// <summary>Writes to a standard stream and never throws: what the stream does not take is lost, and the first reason kept.</summary>
/// <param name="target">The stream, which passes each text on at once.</param>
internal sealed class EnduringWriter(TextWriter target) : TextWriter
{
    /// <summary>Why a text was lost, or null.</summary>
    public Exception? Failure { get; private set; }

    public override Encoding Encoding => target.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        try
        {
            target.Write(buffer);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Failure ??= cause;
        }
    }
}
