namespace Tessera.Encoders.Encodings;

/// <summary>Says when so many contents failed in a row that the encoder itself is to be tried.</summary>
/// <remarks>After 3 failures without a success between them, then, where it works, after 6 more, 12 more and so on until the next success.</remarks>
internal sealed class FailureWatch
{
    private const int First = 3;
    private readonly Lock _lock = new();
    private int _limit = First;
    private int _failures;

    public void Succeeded()
    {
        lock (_lock) (_failures, _limit) = (0, First);
    }

    /// <summary>Notes a failure.</summary>
    /// <returns>Whether the encoder is to be tried now.</returns>
    public bool Failed()
    {
        lock (_lock)
        {
            if (++_failures < _limit) return false;
            (_failures, _limit) = (0, 2 * _limit);
            return true;
        }
    }
}
