using System.Text;
using System.Xml;

namespace Tessera.Studies.Reports;

/// <summary>Text that may come from anywhere, such as the name of a data set, as one line that every kind of file can hold.</summary>
internal static class PlainText
{
    /// <summary>Line breaks and tabs become spaces; control characters and halves of characters become U+FFFD.</summary>
    public static string Of(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) // a lone half of a character comes as U+FFFD
        {
            if (rune.Value is '\r' or '\n' or '\t') plain.Append(' ');
            else if (rune.IsBmp && (!XmlConvert.IsXmlChar((char)rune.Value) || Rune.IsControl(rune))) plain.Append('\uFFFD');
            else plain.Append(rune);
        }

        return plain.ToString();
    }
}
