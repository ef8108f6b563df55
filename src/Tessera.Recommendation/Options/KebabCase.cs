using System.Text;

namespace Tessera.Recommendation.Options;

/// <summary>The spelling of enum members on the command line.</summary>
internal static class KebabCase
{
    /// <summary>Turns <c>Item2D</c> into <c>item-2d</c> and <c>SampledSoftmax</c> into <c>sampled-softmax</c>.</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && StartsWord(name, i)) text.Append('-');
            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }

    private static bool StartsWord(string name, int i)
    {
        bool afterLower = char.IsLower(name[i - 1]);
        bool beforeLower = i + 1 < name.Length && char.IsLower(name[i + 1]);
        return char.IsUpper(name[i]) ? afterLower || beforeLower : char.IsDigit(name[i]) && afterLower;
    }
}
