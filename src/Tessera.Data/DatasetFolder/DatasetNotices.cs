using System.Globalization;

namespace Tessera.Data.DatasetFolder;

/// <summary>Remarks on a data set just read: nothing wrong, but unusual.</summary>
internal static class DatasetNotices
{
    public static IReadOnlyList<string> Of(Dataset dataset, InteractionTable table)
    {
        var notices = new List<string>();
        string file = Path.GetFileName(table.Path);
        int duplicates = table.Records.Count - dataset.Train.Count - dataset.Validation.Count - dataset.Test.Count;
        Note(duplicates, "duplicate interaction was", "duplicate interactions were", $"merged in {file}");
        int[] idle = [.. Enumerable.Range(0, dataset.Users).Where(user => dataset.Train.ItemsOf(user).IsEmpty)];
        int untrained = idle.Count(user => dataset.Validation.ItemsOf(user).Length + dataset.Test.ItemsOf(user).Length > 0);
        Note(untrained, "user has", "users have", $"no training item in {file} and {(untrained == 1 ? "is" : "are")} excluded from evaluation");
        Note(idle.Length - untrained, "user id is", "user ids are", $"not used in {file}");
        int[] train = dataset.Train.ItemCounts(), validation = dataset.Validation.ItemCounts(), test = dataset.Test.ItemCounts();
        int unused = Enumerable.Range(0, dataset.Items).Count(i => train[i] + validation[i] + test[i] == 0);
        Note(unused, "item has", "items have", $"no interaction in {file}");
        if (dataset.Validation.Count == 0) notices.Add($"No interaction in {file} is labeled 1: there is no validation split.");
        if (dataset.Test.Count == 0) notices.Add($"No interaction in {file} is labeled 2: there is no test split.");
        foreach (Modality modality in dataset.Modalities)
            Note(modality.MissingCount, "item has", "items have", $"a row of zeros in {modality.Name}_feat.npy, taken as missing");
        foreach (string column in table.IgnoredColumns) notices.Add($"Column '{column}' of {file} is ignored.");
        return notices;

        void Note(int count, string one, string many, string rest)
        {
            if (count > 0) notices.Add(string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)} {rest}."));
        }
    }
}
