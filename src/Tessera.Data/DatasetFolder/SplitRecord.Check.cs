namespace Tessera.Data.DatasetFolder;

public sealed partial record SplitRecord
{
    private void Check(string path, Dataset dataset)
    {
        Compare("format", Format, CurrentFormat);
        Compare("users", Users, dataset.Users);
        Compare("items", Items, dataset.Items);
        Compare("training", Training, dataset.Train.Count);
        Compare("validation", Validation, dataset.Validation.Count);
        Compare("test", Test, dataset.Test.Count);
        bool cold = Scheme == ColdItems;
        if (cold != ColdValidationItems is not null || cold != ColdTestItems is not null)
            throw Refused($"names the scheme '{Scheme}' {(cold ? "without its cold items" : "beside cold items")}", "cold items with the scheme cold-items alone");
        if (!cold) return;
        CheckCold("coldValidationItems", ColdValidationItems!, dataset.Validation, dataset.Train, dataset.Test);
        CheckCold("coldTestItems", ColdTestItems!, dataset.Test, dataset.Train, dataset.Validation);

        void Compare(string field, int said, int found)
        {
            if (said != found) throw Refused($"says {field} {said}", $"{found}");
        }

        // All interactions of the items are in one split, and all of the split are with the items.
        void CheckCold(string field, IReadOnlyList<int> items, Interactions own, params ReadOnlySpan<Interactions> others)
        {
            var listed = new bool[dataset.Items];
            for (int i = 0; i < items.Count; i++)
            {
                if (items[i] < 0 || items[i] >= listed.Length || (i > 0 && items[i] <= items[i - 1]))
                    throw Refused($"lists item {items[i]} in {field}", $"items 0 to {listed.Length - 1}, ascending");
                listed[items[i]] = true;
            }

            foreach (Interactions other in others)
            {
                foreach (int item in other.ItemIndices)
                    if (listed[item]) throw Refused($"lists item {item} in {field}, which has interactions elsewhere", "items held out whole");
            }

            foreach (int item in own.ItemIndices)
                if (!listed[item]) throw Refused($"does not list item {item} in {field}, whose interactions are there", "all of them listed");
        }

        InvalidInputException Refused(string found, string expected) =>
            new($"'{path}' {found}; expected {expected}, as in the .inter file, so split again.");
    }
}
