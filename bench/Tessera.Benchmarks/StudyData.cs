using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Recommendation.Evaluation;

namespace Tessera.Benchmarks;

/// <summary>A data set of the studies and how its test split is measured.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Tests">The measurements, with the names they have in docs/results.md.</param>
internal sealed record StudyData(Dataset Dataset, IReadOnlyList<HeldOut> Tests)
{
    /// <summary>The name of the measurement that published figures follow.</summary>
    public const string Mmrec = "mmrec";

    /// <summary>Reads a data set from where the published data lies; MovieLens is made from its raw files.</summary>
    public static StudyData Read(string name)
    {
        string folder = MovieLens.Makes(name) ? MovieLens.Folder(name) : Checkout.Data(name);
        Dataset data = DatasetReader.Read(folder);
        if (name == MovieLens.Wide) data = MovieLens.Widen(data);
        HeldOut strict = HeldOut.Test(data, Protocol.Strict);
        HeldOut[] tests = SplitRecord.ReadIfPresent(folder, data) is { Scheme: SplitRecord.ColdItems } split
            ? [CandidateNames.Restrict(strict, CandidateNames.Cold, split) with { Name = "among cold items" }] // as validation ranks them
            : [strict with { Name = "strict" }, HeldOut.Test(data, Protocol.Mmrec) with { Name = Mmrec }];
        return new StudyData(data, tests);
    }
}
