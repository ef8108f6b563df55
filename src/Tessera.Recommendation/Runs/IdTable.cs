using System.Text;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Runs;

/// <summary>External ids in a run's file, in the order of their numbers, and their order as bytes.</summary>
internal sealed class IdTable
{
    private readonly SafetensorsMap _file;
    private readonly SafetensorsEntry _order;
    private readonly TextTable _ids;

    private IdTable(SafetensorsMap file, TextTable ids, SafetensorsEntry order) => (_file, _ids, _order) = (file, ids, order);

    /// <summary>Number of ids.</summary>
    public int Count => _order.Columns;

    /// <summary>The id of a number.</summary>
    /// <exception cref="InvalidInputException">What is read is damaged.</exception>
    public string this[int number] => _ids[number];

    /// <summary>The tensor with the ids' numbers in the order of their bytes.</summary>
    public static string Order(string name) => $"{name}.order";

    /// <summary>The table of a name; null where the file has none.</summary>
    /// <exception cref="InvalidInputException">The table is of another number of ids.</exception>
    public static IdTable? Find(SafetensorsMap file, string name, int count)
    {
        if (TextTable.Find(file, name, count) is not { } ids) return null;
        SafetensorsEntry order = file.Require(Order(name), "I32");
        return order.Columns == count ? new IdTable(file, ids, order) : throw ids.Unfit();
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
            if (number < 0 || number >= Count) throw _ids.Unfit();
            int compared = _ids.BytesOf(number).SequenceCompareTo(sought);
            if (compared == 0) return number;
            if (compared < 0) low = middle + 1;
            else high = middle;
        }

        return null;
    }
}
