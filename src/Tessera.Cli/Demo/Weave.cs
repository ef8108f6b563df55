namespace Tessera.Cli.Demo;

/// <summary>Patterns in two colors: whether a place has the second, for a pattern that comes again every so many steps.</summary>
internal static class Weave
{
    public static bool Plain(int x, int y, int period) => false;

    public static bool Striped(int x, int y, int period) => Modulo(x, period) * 5 < period * 2;

    public static bool Banded(int x, int y, int period) => Modulo(y, period) * 5 < period * 2;

    public static bool Checked(int x, int y, int period) => Modulo(x, period) * 2 < period != Modulo(y, period) * 2 < period;

    public static bool Dotted(int x, int y, int period)
    {
        int across = Modulo(x, period) - (period / 2), down = Modulo(y, period) - (period / 2);
        return ((across * across) + (down * down)) * 10 < period * period;
    }

    public static bool Zigzag(int x, int y, int period) => Modulo(y + Math.Abs(Modulo(x, period) - (period / 2)), period) * 5 < period * 2;

    public static bool Diagonal(int x, int y, int period) => Modulo(x + y, period) * 5 < period * 2;

    private static int Modulo(int number, int period) => ((number % period) + period) % period;
}
