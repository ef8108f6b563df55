using System.Runtime.CompilerServices;

namespace Tessera.Compute.Devices;

/// <summary>What a check expected, put into words only when the check fails: a check that holds allocates nothing.</summary>
[InterpolatedStringHandler]
internal ref struct Expectation
{
    private DefaultInterpolatedStringHandler _text;

    public Expectation(int literalLength, int formattedCount, bool condition, out bool failed)
    {
        failed = !condition;
        if (failed) _text = new DefaultInterpolatedStringHandler(literalLength, formattedCount);
    }

    public void AppendLiteral(string literal) => _text.AppendLiteral(literal);

    public void AppendFormatted(int value) => _text.AppendFormatted(value);

    /// <summary>The words; to be asked for once.</summary>
    public string ToStringAndClear() => _text.ToStringAndClear();
}
