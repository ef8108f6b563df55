namespace Tessera.Cli.Demo;

/// <summary>The part of a product that a place of its picture shows.</summary>
internal enum Part
{
    /// <summary>What is behind it.</summary>
    Nothing,

    /// <summary>What has its color and pattern.</summary>
    Body,

    /// <summary>What has its second color.</summary>
    Trim,
}

/// <summary>
/// What products look like: which part is at a place, x to the right and y down, the product within -100 to 100 each way. Whole numbers alone decide, so that a
/// picture is the same on every machine.
/// </summary>
internal static class Silhouette
{
    public static Part Mug(int x, int y)
    {
        if (IsIn(x, y, -70, -62, 42, 66)) return y < -54 ? Part.Trim : Part.Body;
        return x > 42 && IsInOval(x, y, 42, 0, 44, 44) && !IsInOval(x, y, 42, 0, 26, 26) ? Part.Trim : Part.Nothing;
    }

    public static Part Bowl(int x, int y)
    {
        if (y >= -16 && IsInOval(x, y, 0, -16, 90, 78)) return y < -6 ? Part.Trim : Part.Body;
        return IsIn(x, y, -32, 58, 32, 74) ? Part.Trim : Part.Nothing;
    }

    public static Part Vase(int x, int y)
    {
        if (IsIn(x, y, -36, -94, 36, -82)) return Part.Trim;
        return IsInOval(x, y, 0, 28, 56, 64) || IsTapered(x, y, -82, -20, 30, 22) ? Part.Body : Part.Nothing;
    }

    public static Part Bag(int x, int y)
    {
        if (IsTapered(x, y, -20, 86, 54, 68)) return y < -10 ? Part.Trim : Part.Body;
        return y < -20 && IsInOval(x, y, 0, -20, 38, 62) && !IsInOval(x, y, 0, -20, 26, 50) ? Part.Trim : Part.Nothing;
    }

    public static Part Shirt(int x, int y)
    {
        if (IsInOval(x, y, 0, -66, 22, 18)) return Part.Nothing;
        int side = Math.Abs(x);
        if (IsIn(x, y, -46, -66, 46, 86)) return y > 78 ? Part.Trim : Part.Body;
        int top = -66 + ((side - 46) / 2);
        if (side is > 46 and <= 92 && y >= top && y <= top + 46) return side > 84 ? Part.Trim : Part.Body;
        return Part.Nothing;
    }

    public static Part Hat(int x, int y)
    {
        if (y <= 30 && IsInOval(x, y, 0, 20, 54, 84)) return y > 10 ? Part.Trim : Part.Body;
        return IsInOval(x, y, 0, 38, 96, 20) ? Part.Body : Part.Nothing;
    }

    public static Part Cushion(int x, int y)
    {
        long power = Fourth(x) + Fourth(y);
        return power > Fourth(86) ? Part.Nothing : power > Fourth(78) ? Part.Trim : Part.Body;
    }

    public static Part Chair(int x, int y)
    {
        if (IsIn(x, y, -44, -92, 44, 6) || IsIn(x, y, -56, 10, 56, 30)) return Part.Body;
        int side = Math.Abs(x);
        return (side is >= 40 and <= 52 && y is > 30 and <= 92) || (side is >= 32 and <= 40 && y is > 6 and < 10) ? Part.Trim : Part.Nothing;
    }

    public static Part Lamp(int x, int y)
    {
        if (IsTapered(x, y, -92, -6, 30, 70)) return Part.Body;
        return IsIn(x, y, -7, -6, 7, 78) || IsInOval(x, y, 0, 80, 44, 12) ? Part.Trim : Part.Nothing;
    }

    /// <summary>Whether a place is in an upright ellipse.</summary>
    public static bool IsInOval(int x, int y, int centerX, int centerY, int radiusX, int radiusY)
    {
        long across = (long)(x - centerX) * radiusY, down = (long)(y - centerY) * radiusX, limit = (long)radiusX * radiusY;
        return (across * across) + (down * down) <= limit * limit;
    }

    private static bool IsIn(int x, int y, int left, int top, int right, int bottom) => x >= left && x <= right && y >= top && y <= bottom;

    private static bool IsTapered(int x, int y, int top, int bottom, int halfTop, int halfBottom) =>
        y >= top && y <= bottom && Math.Abs(x) <= halfTop + ((halfBottom - halfTop) * (y - top) / (bottom - top));

    private static long Fourth(long number) => number * number * number * number;
}
