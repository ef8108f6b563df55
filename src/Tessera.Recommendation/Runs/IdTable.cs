using System.Text;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Runs;

/// <summary>External ids in a run's file: a line of UTF-8 each, in the order of their numbers, and their order as bytes.</summary>
internal sealed class IdTable
{
    private readonly SafetensorsMap _file;
    private readonly SafetensorsEntry _lines, _starts, _order;

    private IdTable(SafetensorsMap file, SafetensorsEntry lines, SafetensorsEntry starts, SafetensorsEntry order) =>
        (_file, _lines, _starts, _order) = (file, lines, starts, order);

    /// <summary>Number of ids.</summary>
    public int Count => _order.Columns;

    /// <summary>The id of a number.</summary>
    /// <exception cref="InvalidInputException">What is read is damaged.</exception>
    public string this[int number] => Encoding.UTF8.GetString(BytesOf(number));

    /// <summary>The tensor with the place of each id's first byte, and the number of bytes last.</summary>
    public static string Starts(string name) => $"{name}.starts";

    /// <summary>The tensor with the ids' numbers in the order of their bytes.</summary>
    public static string Order(string name) => $"{name}.order";

    /// <summary>The table of a name; null where the file has none.</summary>
    /// <exception cref="InvalidInputException">The table is of another number of ids.</exception>
    public static IdTable? Find(SafetensorsMap file, string name, int count)
    {
        if (file.Find(name, "U8") is not { } lines) return null;
        SafetensorsEntry starts = file.Require(Starts(name), "I32"), order = file.Require(Order(name), "I32");
        var table = new IdTable(file, lines, starts, order);
        return starts.Columns == count + 1 && order.Columns == count ? table : throw table.Unfit();
    }

    /// <summary>The number of an id; null where there is none.</summary>
    /// <exception cref="InvalidInputException">What is read is damaged.</exception>
    public int? Find(string id)
    {
        byte[] sought = Encoding.UTF8.GetBytes(id);
        int low = 0, high = Count;
        while (low < high)
        {
            int middle = low + ((high - low) / 2), number = _file.Elements<int>(_order, middle, 1)[0];
            if (number < 0 || number >= Count) throw Unfit();
            int compared = BytesOf(number).SequenceCompareTo(sought);
            if (compared == 0) return number;
            if (compared < 0) low = middle + 1;
            else high = middle;
        }

        return null;
    }

    private ReadOnlySpan<byte> BytesOf(int number)
    {
        ReadOnlySpan<int> bounds = _file.Elements<int>(_starts, number, 2);
        (int start, int end) = (bounds[0], bounds[1]);
        if (start < 0 || end <= start || end > _lines.Columns) throw Unfit();
        return _file.Elements<byte>(_lines, start, end - start - 1);
    }

    private InvalidInputException Unfit() => new($"'{_file.Path}' holds a damaged table of ids; restore it or train again.");
}
