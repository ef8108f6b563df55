using Tessera.Compute.Tensors;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Data.Filtering;

/// <summary>An event log's ready-made features, checked against its items, on their way to another folder.</summary>
internal sealed class EventLogFeatures(IReadOnlyList<string> itemNames, FeatureFolder features)
{
    public IReadOnlyList<Modality> Modalities => features.Modalities;

    /// <exception cref="InvalidInputException">A file cannot be used, is not described, or belongs to other items.</exception>
    public static EventLogFeatures Read(EventLog log, CancellationToken cancellationToken)
    {
        FeatureFolder features = FeatureFolder.Read(log.Directory, cancellationToken);
        foreach (Modality modality in features.Modalities)
        {
            if (modality.Encoder is null)
            {
                throw new InvalidInputException(
                    $"'{FeatureFolder.PathOf(log.Directory, modality.Name)}' is not described in {FeatureManifest.FileName}; "
                    + "expected features of the event log's items alone, so move the file away.");
            }
        }

        features.CheckItems(log.ItemIds, EventLog.ItemsFile);
        return new EventLogFeatures(log.ItemIds, features);
    }

    /// <summary>Whether an item has no features of any modality.</summary>
    public bool AreMissing(int item) => features.Modalities.All(modality => modality.Missing[item]);

    /// <summary>Writes the features of some items, in this order, with their manifest; nothing where there are no features.</summary>
    public void WriteTo(string folder, int[] items)
    {
        if (features.Manifest is null) return;
        FeatureManifest manifest = FeatureManifest.For([.. items.Select(item => itemNames[item])]);
        foreach (Modality modality in features.Modalities)
        {
            FeatureManifestEntry entry = features.Manifest.Modalities.Single(described => described.Name == modality.Name);
            using var selected = new Matrix(items.Length, modality.Dimensions);
            for (int row = 0; row < items.Length; row++) modality.Features.Row(items[row]).CopyTo(selected.Row(row));
            NpyWriter.Write(FeatureFolder.PathOf(folder, modality.Name), selected);
            manifest = manifest.With(FeatureManifestEntry.Of(new Modality(modality.Name, selected) { Fields = modality.Fields, Space = modality.Space }, entry.Encoder, entry.Version, entry.Content));
            EncoderFile.Copy(modality, folder);
        }

        manifest.Write(folder);
    }
}
