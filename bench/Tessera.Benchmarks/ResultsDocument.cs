using System.Globalization;
using System.Text;
using Tessera.Data.Storage;

namespace Tessera.Benchmarks;

/// <summary>docs/results.md.</summary>
internal static class ResultsDocument
{
    /// <summary>Writes the document from the results there are.</summary>
    public static void Write(int seeds)
    {
        Dictionary<string, StudyResult> results = StudyResult.ReadAll().ToDictionary(result => result.Study);
        var text = new StringBuilder(Head(seeds));
        foreach (IGrouping<string, Study> group in Studies.All.GroupBy(study => study.Data))
        {
            Study[] measured = [.. group.Where(study => results.ContainsKey(study.Name))];
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {group.Key}").AppendLine();
            text.AppendLine("| model | modalities | settings | protocol | R@10 | R@20 | N@10 | N@20 | best epochs | R@20 elsewhere |");
            text.AppendLine("|---|---|---|---|---|---|---|---|---|---|");
            foreach (Study study in measured) text.Append(Rows(study, results[study.Name]));
            text.AppendLine();
            foreach (Study study in measured.Where(study => study.Candidates.Length > 1).DistinctBy(study => (study.Model, study.Grid)))
                text.AppendLine(CultureInfo.InvariantCulture, $"- {study.Model}: the best of {study.Candidates.Length} settings ({study.Grid}).");
            string[] missing = [.. group.Except(measured).Select(study => $"{study.Model} {study.Variant}".TrimEnd())];
            if (missing.Length > 0) text.AppendLine(CultureInfo.InvariantCulture, $"- Not measured yet: {string.Join(", ", missing)}.");
        }

        AtomicFile.WriteText(Path.Combine(Checkout.Root, "docs", "results.md"), text.ToString().ReplaceLineEndings("\n"));
    }

    private static string Head(int seeds) => $"""
        # Results on real data

        Written by `dotnet run -c Release --project bench/Tessera.Benchmarks -- quality`, which trains everything below, keeps the runs in
        `runs/quality` and continues where it was interrupted; `--only 'lastfm mf'` does one study, anew once its folders there are deleted,
        so that rows may come from processors with vectors of different widths and from earlier kernels, which round differently. The data
        is not part of this repository: folders `baby`, `sports`, `clothing`, `tiktok`, `lastfm` (in the layout of MMRec) and `movielens`
        (raw files, made into data sets by the commands in `bench/Tessera.Benchmarks/MovieLens.cs`) in the folder that `TESSERA_DATA` names,
        else in the nearest `shared/data` above.

        Test metrics, mean ± standard deviation over seeds 1 to {seeds}; the best epoch is chosen by validation Recall@20 with patience 20.
        Where a model has several settings, seed 1 is trained with each, the one best on validation is repeated with the other seeds, and
        test is scored for that one alone. Protocol `strict` masks validation items at test time, `mmrec` only training items, as published
        figures do (on tiktok no user has both validation and test items, so the two agree). movielens-cold holds a fifth of its items out
        whole, which validation and test rank among themselves;
        [what of the paper holds](studies/README.md) has cold items among all.

        On MovieLens, a modality has the name of its encoder: texts (title, genres, year and plot) by `tfidf`, `minilm` and `arctic`
        (snowflake-arctic-embed-xs), posters by `histogram` and `resnet18`; movielens-wide has all five side by side, 2,248 dimensions.
        In rows with `featureScaling`, the four scalings were the candidates, beside fixed settings: on lastfm those that the model's unscaled
        study had chosen, on movielens-cold regularization 0.01. Rows with `behavior` or `loss` are not what was published: they put together what is better
        than it, by settings of training that all models have. The weight of `behavior` is chosen on validation, 0 among the choices; rows with
        `coldItems=neighbors` are those of the preset `lirdrec-cosine`, as a user gets it.

        The last column is the Recall@20 to compare with, under `mmrec`: on baby, sports and clothing Table II of the paper; on tiktok and
        lastfm one run (seed 999) of the public PyTorch program with one setting, learning rate 1e-3, a single draw from a spread like the
        one beside it: MF and VBPR λ 0.1, LightGCN 3 layers and λ 1e-4, FREEDOM dropout 0.8, BM3 dropout 0.5, LATTICE λ 1e-3, LIRDRec as in
        its row.

        """;

    private static string Rows(Study study, StudyResult result) => string.Concat(result.Tests.Select(test =>
        $"| {study.Model} | {string.Join(", ", study.Modalities)} | {result.Settings} | {test.Key} | {string.Join(" | ", test.Value)} | {string.Join(", ", result.BestEpochs)} | {(test.Key == StudyData.Mmrec ? study.Elsewhere : "")} |\n"));
}
