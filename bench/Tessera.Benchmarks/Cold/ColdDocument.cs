using System.Globalization;
using System.Text;
using Tessera.Data.Storage;

namespace Tessera.Benchmarks.Cold;

/// <summary>docs/cold.md.</summary>
internal static class ColdDocument
{
    private const int Patience = 20;

    /// <summary>Writes the document from the results there are.</summary>
    public static void Write()
    {
        var text = new StringBuilder(Head);
        ILookup<string, ColdRow> rows = ColdRow.ReadAll().ToLookup(row => row.Study);
        foreach (IGrouping<string, ColdStudy> data in ColdStudy.All.GroupBy(study => study.Data))
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {data.Key}").AppendLine();
            text.AppendLine("| model | vectors of cold items | seeds | epochs | validation, harmonic mean | warm | cold | overall | harmonic mean | cold share |");
            text.AppendLine("|---|---|---|---|---|---|---|---|---|---|");
            foreach (ColdStudy study in data)
                foreach (IGrouping<string, ColdRow> variant in rows[study.Name].GroupBy(row => row.Variant)) text.Append(Row(study, [.. variant]));
            string[] missing = [.. data.Where(study => !rows.Contains(study.Name)).Select(study => study.Label)];
            if (missing.Length > 0) text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Not measured yet: {string.Join(", ", missing)}.");
        }

        text.Append(CurvesHead);
        foreach (IGrouping<(string Modality, string LearningRate), ColdCurve> group in ColdCurve.ReadAll().GroupBy(curve => (curve.Modality, curve.LearningRate)))
        {
            ColdCurve[] curves = [.. group];
            AppendRule("best epoch", curve => Choose(curve.Validation, 1));
            AppendRule("best NDCG@20", curve => Choose(curve.ValidationNdcg, 1));
            AppendRule("best mean of 3", curve => Choose(curve.Validation, 3));
            AppendRule("best mean of 5", curve => Choose(curve.Validation, 5));
            AppendRule("best of test (not to be had)", curve => Array.IndexOf(curve.Test, curve.Test.Max()));

            void AppendRule(string name, Func<ColdCurve, int> rule)
            {
                int[] chosen = [.. curves.Select(rule)];
                double[] test = [.. curves.Zip(chosen, (curve, epoch) => curve.Test[epoch])], validation = [.. curves.Zip(chosen, (curve, epoch) => curve.Validation[epoch])];
                text.AppendLine(CultureInfo.InvariantCulture, $"| {group.Key.Modality} | {group.Key.LearningRate} | {name} | {string.Join(", ", chosen.Select(epoch => epoch + 1))} | {Shown(validation)} | {Shown(test)} |");
            }
        }

        AtomicFile.WriteText(Path.Combine(Checkout.Root, "docs", "cold.md"), text.ToString().ReplaceLineEndings("\n"));
    }

    /// <summary>The epoch, from 0, whose mean over it and those before it, as many as a window has, is best when patience ends.</summary>
    private static int Choose(double[] validation, int window)
    {
        int best = window - 1;
        double reached = double.NegativeInfinity;
        for (int epoch = best; epoch < validation.Length && epoch - best <= Patience; epoch++)
        {
            double mean = validation[(epoch + 1 - window)..(epoch + 1)].Average();
            if (mean > reached) (best, reached) = (epoch, mean);
        }

        return best;
    }

    private static string Row(ColdStudy study, ColdRow[] seeds)
    {
        string Of(Func<ColdRow, double> value) => Shown([.. seeds.Select(value)]);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {study.Label} | {seeds[0].Variant} | {string.Join(", ", seeds.Select(row => row.Seed))} | {string.Join(", ", seeds.Select(row => row.Epoch))} | {Of(row => row.Validation.HarmonicMean)} | {Of(row => row.Test.Warm)} | {Of(row => row.Test.Cold)} | {Of(row => row.Test.Overall)} | {Of(row => row.Test.HarmonicMean)} | {Of(row => row.Test.ColdShare)} |\n");
    }

    /// <summary>Mean and deviation; of one seed its figure.</summary>
    private static string Shown(double[] values) =>
        values.Length == 1 ? values[0].ToString("F4", CultureInfo.InvariantCulture) : MeanAndDeviation.Of(values).ToString();

    private const string Head = """
        # Items that nobody had

        Written by `dotnet run -c Release --project bench/Tessera.Benchmarks -- cold` from `bench/results/cold.json`; the command trains what is missing there and
        continues where it was interrupted. Data as in [results.md](results.md), all interactions split again as `data split --scheme cold-mixed` does, by the seed of the
        row: a fifth of the items is held out whole, the rest as usual. Features are standardized, the learning rate is 1e-3; movielens has its texts by `minilm`.

        Recall@20 among all items, strict, mean ± standard deviation over the seeds: of warm items, of cold ones, of all, the harmonic mean of the first two, and the
        share of cold items in the 20 best shown (they are a fifth of the items). The epoch, one of each third up to 60, is the best by the harmonic
        mean on validation. Training is the same for all rows of a model: it knows nothing of how cold items get their vectors afterwards.

        - own: as the model computes them. own x s: multiplied by s, the one scalar that any other way must beat.
        - neighbors: `v_i = o_i + Σ_j p_ij (v_j - o_j)` over the 10 nearest warm items, o the part that features alone decide; k 5, k 20: of as many.
        - own, or neighbors, as long as they: brought to the mean length of the neighbors' vectors. neighbors x s: multiplied.
        - neighbors' vectors + a o: `a o_i + Σ_j p_ij v_j`. neighbors before the item graph: LIRDRec's eq. (17) comes after, over the graph of all items.
        - inductive: trained without the cold items' features, as later items come; all other rows are transductive, cold items being in the training item graph.

        """;

    private const string CurvesHead = """

        ## Cold items among themselves: which epoch

        LIRDRec on movielens-cold (101 cold items in validation, 101 in test), λ 1e-2, one training of 60 epochs a seed (1 to 3), written by `cold --curves`:
        Recall@20 among the cold items of validation and of test at the epoch that each rule chooses by validation, patience 20. "Best mean of 5" is
        `monitorWindow` 5, the default where whole items are held out; the first epoch it can choose is the fifth.

        | features | learning rate | rule | epochs | validation | test |
        |---|---|---|---|---|---|

        """;
}
