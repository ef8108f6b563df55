using Tessera.Data;
using Tessera.Data.DatasetFolder;

namespace Tessera.Benchmarks;

/// <summary>Problems of the size of the paper's data sets.</summary>
internal static class Shape
{
    private static readonly (string Name, int Dimensions)[] ImagesAndTexts = [("image", 4096), ("text", 384)];

    private static readonly Dictionary<string, (int Users, int Items, int Train, int Validation, int Test)> Sizes = new()
    {
        ["lastfm"] = (1_858, 1_425, 44_327, 4_799, 7_219),
        ["baby"] = (19_445, 7_050, 118_551, 20_559, 21_682),
        ["sports"] = (35_598, 18_357, 218_409, 37_899, 40_029),
        ["clothing"] = (39_387, 23_033, 197_338, 40_150, 41_189),
        ["elec"] = (192_403, 63_001, 1_254_441, 217_000, 217_741),
    };

    public static string Names => string.Join(", ", Sizes.Keys);

    /// <summary>Random features, and the real interactions where <see cref="Checkout.FindData"/> finds them, else synthetic ones.</summary>
    public static (Dataset Dataset, string Source) Load(string name)
    {
        if (!Sizes.TryGetValue(name, out var size)) throw new InvalidInputException($"There is no shape '{name}'; expected one of {Names}.");
        Dataset synthetic = new DatasetShape(
            size.Users, size.Items, size.Train, size.Validation, size.Test, name == "lastfm" ? [("audio", 128), ("text", 384)] : ImagesAndTexts).Create();
        if (Checkout.FindData(name) is { } folder)
        {
            Dataset real = DatasetReader.Read(folder);
            if ((real.Users, real.Items) == (size.Users, size.Items))
                return (new Dataset(name, real.Train, real.Validation, real.Test, synthetic.Modalities), "real interactions, random features");
        }

        return (synthetic, "synthetic interactions, random features");
    }
}
