using Tessera.Recommendation.Metrics;
using Tessera.Studies.Cells;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>
/// Test metrics as LIRDRec's paper (arXiv 2505.04960) has them, by name of the data set: under the protocol <c>mmrec</c>, the best settings of a grid
/// on its own splits of baby, sports, clothing, elec and microlens.
/// </summary>
internal static class PublishedNumbers
{
    private const double Oom = double.NaN; // out of memory, in the paper
    private static readonly string[] Models = ["mf", "lightgcn", "vbpr", "grcn", "lattice", "slmrec", "micro", "bm3", "freedom", "lgmrec", "lirdrec"];

    /// <summary>Table II: R@10, R@20, N@10 and N@20 of the models in their order.</summary>
    private static readonly Dictionary<string, double[][]> TableII = new(StringComparer.OrdinalIgnoreCase)
    {
        ["baby"] =
        [
            [0.0357, 0.0479, 0.0423, 0.0532, 0.0540, 0.0547, 0.0570, 0.0564, 0.0627, 0.0644, 0.0693],
            [0.0575, 0.0754, 0.0663, 0.0824, 0.0850, 0.0810, 0.0905, 0.0883, 0.0992, 0.1002, 0.1048],
            [0.0192, 0.0257, 0.0223, 0.0282, 0.0292, 0.0285, 0.0310, 0.0301, 0.0330, 0.0349, 0.0374],
            [0.0249, 0.0328, 0.0284, 0.0358, 0.0370, 0.0357, 0.0406, 0.0383, 0.0424, 0.0440, 0.0465],
        ],
        ["sports"] =
        [
            [0.0432, 0.0569, 0.0558, 0.0599, 0.0620, 0.0676, 0.0675, 0.0656, 0.0717, 0.0720, 0.0785],
            [0.0653, 0.0864, 0.0856, 0.0919, 0.0953, 0.1017, 0.1026, 0.0980, 0.1089, 0.1068, 0.1188],
            [0.0241, 0.0311, 0.0307, 0.0330, 0.0335, 0.0374, 0.0365, 0.0355, 0.0385, 0.0390, 0.0425],
            [0.0298, 0.0387, 0.0384, 0.0413, 0.0421, 0.0462, 0.0463, 0.0438, 0.0481, 0.0480, 0.0529],
        ],
        ["clothing"] =
        [
            [0.0206, 0.0361, 0.0281, 0.0421, 0.0492, 0.0540, 0.0496, 0.0422, 0.0629, 0.0555, 0.0671],
            [0.0303, 0.0544, 0.0415, 0.0657, 0.0733, 0.0810, 0.0743, 0.0621, 0.0941, 0.0828, 0.0998],
            [0.0114, 0.0197, 0.0158, 0.0224, 0.0268, 0.0285, 0.0264, 0.0231, 0.0341, 0.0302, 0.0362],
            [0.0138, 0.0243, 0.0192, 0.0284, 0.0330, 0.0357, 0.0332, 0.0281, 0.0420, 0.0371, 0.0445],
        ],
        ["elec"] =
        [
            [0.0235, 0.0363, 0.0293, 0.0349, Oom, 0.0422, Oom, 0.0437, 0.0396, 0.0417, 0.0477],
            [0.0367, 0.0540, 0.0458, 0.0529, Oom, 0.0630, Oom, 0.0648, 0.0601, 0.0625, 0.0709],
            [0.0127, 0.0204, 0.0159, 0.0195, Oom, 0.0237, Oom, 0.0247, 0.0220, 0.0233, 0.0264],
            [0.0161, 0.0250, 0.0202, 0.0241, Oom, 0.0291, Oom, 0.0302, 0.0273, 0.0287, 0.0324],
        ],
        ["microlens"] =
        [
            [0.0624, 0.0720, 0.0677, 0.0702, 0.0726, 0.0778, 0.0706, 0.0606, 0.0674, 0.0748, 0.0839],
            [0.0959, 0.1075, 0.1026, 0.1070, 0.1089, 0.1190, 0.1101, 0.0981, 0.1032, 0.1132, 0.1249],
            [0.0322, 0.0376, 0.0351, 0.0365, 0.0380, 0.0405, 0.0360, 0.0304, 0.0345, 0.0390, 0.0440],
            [0.0408, 0.0467, 0.0441, 0.0460, 0.0473, 0.0511, 0.0461, 0.0400, 0.0437, 0.0489, 0.0545],
        ],
    };

    /// <summary>Tables III and IV: R@20 and N@20 of LIRDRec with a part left out; the whole stands in Table II.</summary>
    private static readonly Dictionary<(string Data, string Without), (double Recall, double Ndcg)> Ablations = new()
    {
        [("baby", "PWC")] = (0.0893, 0.0403),
        [("baby", "DCT")] = (0.1019, 0.0449),
        [("baby", "image")] = (0.1033, 0.0446),
        [("baby", "text")] = (0.0872, 0.0384),
        [("sports", "PWC")] = (0.0994, 0.0452),
        [("sports", "DCT")] = (0.1137, 0.0516),
        [("sports", "image")] = (0.1156, 0.0518),
        [("sports", "text")] = (0.0977, 0.0435),
        [("clothing", "PWC")] = (0.0857, 0.0387),
        [("clothing", "DCT")] = (0.0959, 0.0433),
        [("clothing", "image")] = (0.0978, 0.0438),
        [("clothing", "text")] = (0.0738, 0.0331),
    };

    /// <summary>What a report says once beside such numbers.</summary>
    public static Paragraph Note { get; } = new(
        "The paper's numbers are those of arXiv 2505.04960, on its own splits, with the best settings of a grid, and with "
        + "items of validation among those ranked on test (--protocol mmrec).");

    /// <summary>Whether a table has any.</summary>
    public static bool StandIn(Table table) => table.Rows.Any(row => row.Any(cell => cell.Paper is not null));

    /// <summary>A model's metric in Table II; null where the paper has none.</summary>
    public static double? Of(string data, string model, MetricName metric)
    {
        int column = Array.IndexOf(Models, model), row = UserMetrics.Metrics.ToList().IndexOf(metric);
        return column >= 0 && row >= 0 && TableII.TryGetValue(data, out double[][]? table) && !double.IsNaN(table[row][column]) ? table[row][column] : null;
    }

    /// <summary>A metric of LIRDRec without a part, in Table III or IV; null where the paper has none.</summary>
    /// <param name="without">PWC, DCT, image or text; null for the whole.</param>
    public static double? Without(string data, string? without, MetricName metric)
    {
        if (without is null) return Of(data, "lirdrec", metric);
        if (metric.K != 20 || !Ablations.TryGetValue((data.ToLowerInvariant(), without), out var numbers)) return null;
        return metric.Metric switch { Metric.Recall => numbers.Recall, Metric.Ndcg => numbers.Ndcg, _ => null };
    }
}
