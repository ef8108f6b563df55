using System.Globalization;
using System.Text;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Runs;

internal sealed partial class KnownData
{
    private const string UsersName = "users";
    private const string ItemsName = "items";
    private const string UserIdsName = "user_ids";
    private const string ItemIdsName = "item_ids";
    private const string ItemTitlesName = "item_titles";

    /// <summary>Writes the file of a run.</summary>
    /// <exception cref="InvalidInputException">An id occurs twice or cannot be written as a line of text.</exception>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static void Write(RunDirectory directory, RunConfig config, Dataset dataset)
    {
        List<SafetensorsTensor> tensors = [];
        foreach ((string name, Interactions split) in new[] { ("train", dataset.Train), ("validation", dataset.Validation), ("test", dataset.Test) })
        {
            tensors.Add(SafetensorsTensor.Of(KnownSplit.Starts(name), split.UserStarts.ToArray()));
            tensors.Add(SafetensorsTensor.Of(KnownSplit.Items(name), split.ItemIndices.ToArray()));
        }

        (string Name, byte[][]? Texts, bool AreIds)[] tables =
        [
            (UserIdsName, Encoded("user", dataset.UserIds), true), (ItemIdsName, Encoded("item", dataset.ItemIds), true),
            (ItemTitlesName, dataset.ItemTitles.Value?.Select(Encoding.UTF8.GetBytes).ToArray(), false),
        ];
        foreach ((string name, byte[][]? texts, bool areIds) in tables)
        {
            if (texts is null) continue;
            tensors.Add(SafetensorsTensor.Of(TextTable.Starts(name), StartsOf(texts)));
            if (areIds) tensors.Add(SafetensorsTensor.Of(IdTable.Order(name), OrderOf(texts, name)));
        }

        // Bytes come last, so that all numbers stand at multiples of their size.
        foreach ((string name, byte[][]? texts, _) in tables)
            if (texts is not null) tensors.Add(SafetensorsTensor.Of(name, Lines(texts)));
        SafetensorsWriter.Write(directory.KnownFile, tensors, new Dictionary<string, string>(RunDirectory.Mark(directory.KnownFile, config))
        {
            [UsersName] = dataset.Users.ToString(CultureInfo.InvariantCulture),
            [ItemsName] = dataset.Items.ToString(CultureInfo.InvariantCulture),
        });
    }

    private static byte[][]? Encoded(string kind, IReadOnlyList<string>? ids)
    {
        if (ids is null) return null;
        string? unfit = ids.FirstOrDefault(id => id.Contains('\n', StringComparison.Ordinal) || SourceText.HasLoneSurrogate(id));
        return unfit is null ? [.. ids.Select(Encoding.UTF8.GetBytes)]
            : throw new InvalidInputException($"The {kind} id {SourceText.Quoted(unfit)} cannot be written as a line of text; expected one without line ends and broken characters, so rename it.");
    }

    private static int[] StartsOf(byte[][] texts)
    {
        var starts = new int[texts.Length + 1];
        for (int number = 0; number < texts.Length; number++) starts[number + 1] = checked(starts[number] + texts[number].Length + 1);
        return starts;
    }

    private static int[] OrderOf(byte[][] ids, string name)
    {
        int[] order = [.. Enumerable.Range(0, ids.Length)];
        Array.Sort(order, (a, b) => ids[a].AsSpan().SequenceCompareTo(ids[b]));
        for (int place = 1; place < order.Length; place++)
        {
            if (ids[order[place]].AsSpan().SequenceEqual(ids[order[place - 1]]))
                throw new InvalidInputException(
                    $"The id {SourceText.Quoted(ids[order[place]])} is twice in the data set's {name.Replace('_', ' ')}; expected distinct ones, so rename one.");
        }

        return order;
    }

    private static byte[] Lines(byte[][] texts)
    {
        var lines = new byte[StartsOf(texts)[^1]];
        int end = 0;
        foreach (byte[] text in texts)
        {
            text.CopyTo(lines, end);
            end += text.Length;
            lines[end++] = (byte)'\n';
        }

        return lines;
    }
}
