namespace Tessera.Data.Importing;

/// <summary>
/// Dates that begin with the year: those of ISO 8601, extended or basic, and the like with other separators; a time of day may follow
/// after T or a space, a fraction of any length after a point or a comma, and a zone as Z, UTC, GMT, +02, +0200 or +02:00.
/// </summary>
internal ref struct YearFirstTime
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Reads a time as seconds since 1970, in UTC where it names no zone.</summary>
    /// <param name="text">UTF-8 without spaces around it.</param>
    /// <param name="seconds">Seconds since 1970.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        var reader = new YearFirstTime { _rest = text };
        return reader.TryDate(out DateTime date) && reader.TryTimeOfDay(out int ofDay) && reader.TryZone(out int offset)
            && reader._rest.IsEmpty && (seconds = ((date.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond) + ofDay - offset) is var _;
    }

    private bool TryDate(out DateTime date)
    {
        date = default;
        if (!TryNumber(4, 4, out int year)) return false;
        bool isBasic = Separator().IsEmpty;
        if (!TryNumber(isBasic ? 2 : 1, 2, out int month) || Separator().IsEmpty != isBasic) return false;
        if (!TryNumber(isBasic ? 2 : 1, 2, out int day)) return false;
        TakeWord("日"u8, "号"u8);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        date = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc);
        return true;
    }

    private bool TryTimeOfDay(out int seconds)
    {
        seconds = 0;
        if (_rest.IsEmpty) return true;
        bool isMarked = Take((byte)'T') || Take((byte)'t');
        ReadOnlySpan<byte> before = _rest;
        _rest = _rest.TrimStart((byte)' ');
        if (!isMarked && before.Length == _rest.Length) return true;
        if (_rest is not [>= (byte)'0' and <= (byte)'9', ..]) return !isMarked;
        int left = _rest.Length;
        if (!TryNumber(1, 2, out int hour)) return false;
        bool isOneDigit = left - _rest.Length == 1, isExtended = Take((byte)':');
        if (isOneDigit && !isExtended) return false;
        int minute = 0, second = 0;
        bool hasMinute = isExtended ? TryNumber(2, 2, out minute) : TryNumber(2, 2, out minute, isOptional: true);
        if (!hasMinute) return false;
        bool hasSecond = isExtended ? Take((byte)':') : _rest is [>= (byte)'0' and <= (byte)'9', ..];
        if (hasSecond && !TryNumber(2, 2, out second)) return false;
        if (hasSecond && (Take((byte)'.') || Take((byte)',')))
        {
            int digits = _rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            _rest = digits < 0 ? [] : _rest[digits..];
            if (digits == 0) return false;
        }

        seconds = (3600 * hour) + (60 * minute) + second;
        return hour < 24 && minute < 60 && second <= 60;
    }

    private bool TryZone(out int offset)
    {
        offset = 0;
        _rest = _rest.TrimStart((byte)' ');
        if (_rest.IsEmpty || TakeWord("Z"u8, "z"u8) || TakeWord("UTC"u8, "utc"u8) || TakeWord("GMT"u8, "gmt"u8)) return true;
        bool isWest = Take((byte)'-');
        if (!isWest && !Take((byte)'+')) return false;
        if (!TryNumber(2, 2, out int hours)) return false;
        bool isExtended = Take((byte)':');
        if (!TryNumber(2, 2, out int minutes, isOptional: !isExtended)) return false;
        offset = ((3600 * hours) + (60 * minutes)) * (isWest ? -1 : 1);
        return hours < 24 && minutes < 60;
    }

    /// <summary>What stands between year and month or month and day: anything short that is neither digit nor letter of ASCII.</summary>
    private ReadOnlySpan<byte> Separator()
    {
        int length = 0;
        while (length < 3 && length < _rest.Length && !char.IsAsciiLetterOrDigit((char)_rest[length])) length++;
        ReadOnlySpan<byte> separator = _rest[..length];
        _rest = _rest[length..];
        return separator;
    }

    private bool Take(byte c)
    {
        bool isThere = _rest.Length > 0 && _rest[0] == c;
        if (isThere) _rest = _rest[1..];
        return isThere;
    }

    private bool TakeWord(ReadOnlySpan<byte> word, ReadOnlySpan<byte> small)
    {
        bool isThere = _rest.StartsWith(word) || _rest.StartsWith(small);
        if (isThere) _rest = _rest[word.Length..];
        return isThere;
    }

    private bool TryNumber(int least, int most, out int number, bool isOptional = false)
    {
        int digits = 0;
        number = 0;
        while (digits < most && digits < _rest.Length && _rest[digits] is >= (byte)'0' and <= (byte)'9') number = (10 * number) + _rest[digits++] - '0';
        _rest = _rest[digits..];
        return digits >= least || (isOptional && digits == 0);
    }
}
