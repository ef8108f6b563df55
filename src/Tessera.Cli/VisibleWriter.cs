using System.Text;

namespace Tessera.Cli;

/// <summary>Passes texts on as <see cref="VisibleText"/>.</summary>
internal sealed class VisibleWriter(TextWriter target) : TextWriter
{
    public override Encoding Encoding => target.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Write(string? value) => target.Write(VisibleText.Lines(value ?? ""));

    /// <summary>Text and line end go in one piece, so that lines of several threads do not mix.</summary>
    public override void WriteLine(string? value) => Write(value + NewLine);
}
