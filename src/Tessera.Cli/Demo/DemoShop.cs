using System.Globalization;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Data.Synthetic;
using Tessera.Encoders.Encodings;

namespace Tessera.Cli.Demo;

/// <summary>A shop that is made up: products with pictures and texts, and users who like what these show. A seed gives the same one on every machine.</summary>
internal static class DemoShop
{
    private const string Name = "shop", Pictures = "images";
    private const double Strength = 3.25; // of preferences against chance
    private const int TextDimensions = 64; // about as many as there are words; more would be pairs of words, which say no more

    /// <summary>Writes the shop into an empty folder as a data set: interactions, item table, pictures, and features by encoders without a model.</summary>
    public static void Write(string folder, ulong seed, int threads, CancellationToken cancellationToken)
    {
        var options = new SyntheticDatasetOptions { Seed = seed, PreferenceStrength = Strength };
        var rng = new Rng(seed);
        Rng drawn = rng.Stream("products");
        Product[] products = [.. Enumerable.Range(0, options.Items).Select(_ => new Product(drawn))];
        string[] ids = [.. products.Select((_, number) => number.ToString(CultureInfo.InvariantCulture))];
        var tastes = new Tastes(products, options.Users, rng.Stream("tastes"));
        (Interactions train, Interactions validation, Interactions test) = new SyntheticInteractions(options, tastes.Affinity).Draw(rng);
        DatasetWriter.WriteInto(folder, new Dataset(Name, train, validation, test, []) { ItemIds = ids });

        Directory.CreateDirectory(Path.Combine(folder, Pictures));
        string[] files = [.. ids.Select(id => Path.GetFullPath(Path.Combine(folder, Pictures, $"{id}.png")))];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount, CancellationToken = cancellationToken };
        Parallel.ForAsync(0, products.Length, limits, (number, _) =>
        {
            File.WriteAllBytes(files[number], ProductPicture.Draw(products[number]));
            return ValueTask.CompletedTask;
        }).GetAwaiter().GetResult(); // throws what one threw, as it was
        File.WriteAllBytes(Path.Combine(folder, EventLog.ItemTableName), [.. products.SelectMany((product, n) => ItemTableFile.Line(product.ToRecord(ids[n], files[n]), folder))]);
        Encode(folder, new EncoderChoice("image", EncoderChoice.Histogram, EncoderChoice.Images), fields: null, seed, threads, cancellationToken);
        Encode(folder, new EncoderChoice("text", EncoderChoice.Tfidf, EncoderChoice.Texts), Product.TextFields, seed, threads, cancellationToken);
    }

    private static void Encode(string folder, EncoderChoice choice, IReadOnlyList<string>? fields, ulong seed, int threads, CancellationToken cancellationToken)
    {
        var options = new EncodingOptions { Modality = choice.Modality, Encoder = choice.Encoder, Source = choice.Source, Fields = fields, Seed = seed, Threads = threads, Dimensions = fields is null ? null : TextDimensions };
        new FeatureEncoding(ItemTable.Open(folder, cancellationToken), choice, options).EncodeAsync(null, cancellationToken).GetAwaiter().GetResult();
    }
}
