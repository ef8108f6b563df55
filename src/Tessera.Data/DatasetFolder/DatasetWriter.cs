using System.Globalization;
using System.Text;
using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>Writes a data set in the layout that <see cref="DatasetReader"/> reads.</summary>
public static class DatasetWriter
{
    /// <summary>Writes <c>NAME.inter</c>, a <c>_feat.npy</c> file for each modality, and the external ids where there are any.</summary>
    /// <param name="dataset">
    /// The data set. Where it has no names, and its last user or item neither an interaction nor features, the numbers are written as
    /// names, since nothing else in the folder would say that they exist.
    /// </param>
    /// <param name="directory">A directory that is empty or does not exist yet; it appears when all is written.</param>
    /// <exception cref="InvalidInputException">The directory holds something, or a name cannot be a file name.</exception>
    /// <exception cref="StorageException">The directory cannot be written.</exception>
    public static void Write(Dataset dataset, string directory)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        using var folder = new AtomicFolder(directory);
        folder.Guarded(() => WriteInto(folder.Path, dataset));
        folder.Complete();
    }

    /// <summary>Writes the same files into an existing folder.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="dataset">The data set.</param>
    /// <param name="times">The time of each pair, or null where there are none.</param>
    /// <exception cref="InvalidInputException">A name cannot be a file name.</exception>
    internal static void WriteInto(string directory, Dataset dataset, IReadOnlyDictionary<(int User, int Item), double>? times = null)
    {
        RefuseNames(dataset);
        Interactions[] splits = [dataset.Train, dataset.Validation, dataset.Test];
        IEnumerable<(int User, int Item, int Label)> labeled = splits.SelectMany((split, label) => split.Pairs().Select(pair => (pair.User, pair.Item, label)));
        if (times is null) WriteInteractions(directory, dataset.Name, labeled);
        else WriteTimed(directory, dataset.Name, labeled.Select(pair => (pair.User, pair.Item, pair.Label, TextOf(times[(pair.User, pair.Item)]))));
        foreach (Modality modality in dataset.Modalities)
            NpyWriter.Write(FeatureFolder.PathOf(directory, modality.Name), modality.Features);
        WriteIds(
            directory,
            NamesFor(dataset.UserIds, dataset.Users, splits.Any(split => split.Users > 0 && !split.ItemsOf(split.Users - 1).IsEmpty)),
            NamesFor(dataset.ItemIds, dataset.Items, dataset.Modalities.Count > 0 || splits.Any(split => split.ItemIndices.Contains(split.Items - 1))));
    }

    /// <summary>Writes <c>NAME.inter</c> from interactions as they come.</summary>
    /// <param name="directory">The directory to write into.</param>
    /// <param name="name">Name of the data set.</param>
    /// <param name="interactions">Numbers from 0, and 0 for training, 1 for validation, 2 for test.</param>
    /// <exception cref="InvalidInputException">The name cannot be a file name.</exception>
    internal static void WriteInteractions(string directory, string name, IEnumerable<(int User, int Item, int Label)> interactions) =>
        WriteLines(directory, name, "userID\titemID\tx_label\n", interactions.Select(one => $"{one.User}\t{one.Item}\t{one.Label}\n"));

    /// <summary>Writes the same with the time of each.</summary>
    internal static void WriteInteractions(string directory, string name, IEnumerable<(int User, int Item, int Label, long Time)> interactions) =>
        WriteTimed(directory, name, interactions.Select(one => (one.User, one.Item, one.Label, one.Time.ToString(CultureInfo.InvariantCulture))));

    private static void WriteTimed(string directory, string name, IEnumerable<(int User, int Item, int Label, string Time)> interactions) =>
        WriteLines(directory, name, "userID\titemID\ttimestamp\tx_label\n", interactions.Select(one => $"{one.User}\t{one.Item}\t{one.Time}\t{one.Label}\n"));

    /// <summary>A time without exponent where it is whole, as microseconds are.</summary>
    private static string TextOf(double time) => double.IsInteger(time) && Math.Abs(time) < 1L << 53
        ? ((long)time).ToString(CultureInfo.InvariantCulture)
        : time.ToString("R", CultureInfo.InvariantCulture);

    private static void WriteLines(string directory, string name, string header, IEnumerable<string> lines)
    {
        RefuseFileName(name, name);
        AtomicFile.Write(Path.Combine(directory, name + ".inter"), stream =>
        {
            using var writer = new StreamWriter(stream, bufferSize: 1 << 16, leaveOpen: true);
            writer.Write(header);
            foreach (string line in lines) writer.Write(line);
        });
    }

    /// <summary>Writes the external ids of users and items, where there are any, in the order of their numbers.</summary>
    internal static void WriteIds(string directory, IReadOnlyList<string>? userIds, IReadOnlyList<string>? itemIds)
    {
        WriteNames(userIds, "user_id\tuserID", Path.Combine(directory, DatasetReader.UserMapping));
        WriteNames(itemIds, "item_id\titemID", Path.Combine(directory, DatasetReader.ItemMapping));
    }

    /// <summary>The names to write: where there are none but only a mapping tells that the last ones exist, their numbers.</summary>
    /// <param name="names">Names, or null where there are none.</param>
    /// <param name="count">Number of users or items.</param>
    /// <param name="used">Whether interactions, or features, tell that number already.</param>
    private static IReadOnlyList<string>? NamesFor(IReadOnlyList<string>? names, int count, bool used) =>
        names ?? (used ? null : [.. Enumerable.Range(0, count).Select(number => number.ToString(CultureInfo.InvariantCulture))]);

    private static void RefuseNames(Dataset dataset)
    {
        foreach (string name in dataset.Modalities.Select(m => m.Name).Prepend(dataset.Name)) RefuseFileName(name, dataset.Name);
        foreach ((string kind, IReadOnlyList<string>? ids) in new[] { ("user", dataset.UserIds), ("item", dataset.ItemIds) })
        {
            foreach (string id in ids ?? [])
            {
                if (ExternalId.Fault(id) is { } fault)
                    throw new InvalidInputException($"Data set '{dataset.Name}' has the {kind} id {SourceText.Quoted(id)}, which {fault}; {ExternalId.Expected}, so correct it.");
            }
        }
    }

    private static void RefuseFileName(string name, string dataset)
    {
        if (name.AsSpan().ContainsAny(Path.GetInvalidFileNameChars()))
        {
            throw new InvalidInputException(
                $"The name '{name}' in data set '{dataset}' cannot be a file name; "
                + "expected letters, digits, dots and dashes, so rename it.");
        }
    }

    private static void WriteNames(IReadOnlyList<string>? names, string header, string path)
    {
        if (names is null) return;
        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
            writer.Write(header + "\n");
            for (int number = 0; number < names.Count; number++) writer.Write($"{Quoted(names[number])}\t{number}\n");
        });
    }

    /// <summary>A name that begins with a quote is quoted itself, so that reading gives it back.</summary>
    private static string Quoted(string name) =>
        name.StartsWith('"') ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;
}
