using System.Globalization;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Checkpoints;

namespace Tessera.Recommendation.Training;

internal sealed partial class Trainer
{
    private const string BestPrefix = "best/";
    private const string SamplingStream = "sampling";
    private const string WithoutImprovement = "without_improvement";
    private const string Recent = "recent_metrics";
    private const string Factor = "cold_item_factor";

    /// <summary>What a checkpoint must have been written by, so that a run is not continued under other settings.</summary>
    public string ConfigHash { get; init; } = "";

    /// <summary>Continues from the newest whole checkpoint, as if the run had never stopped.</summary>
    /// <param name="notices">A sentence for each damaged checkpoint that was skipped.</param>
    /// <returns>Number of epochs already trained; 0 where there is no checkpoint.</returns>
    /// <exception cref="InvalidInputException">All checkpoints are damaged, or they were written under another configuration.</exception>
    public int Resume(CheckpointStore checkpoints, out IReadOnlyList<string> notices)
    {
        if (!checkpoints.TryLoadLatest(out CheckpointState? state, out notices)) return 0;
        if (state.ConfigHash != ConfigHash)
            throw new InvalidInputException(
                "The checkpoint was written under another configuration or on other data; resume with the same settings or train into a new folder.");

        for (int w = 0; w < _weights.Length; w++)
        {
            state.CopyParameter(_weights[w].Name, _weights[w].Value);
            state.CopyParameter(BestPrefix + _weights[w].Name, _bestWeights[w]);
        }

        foreach ((string name, Matrix value) in _adam.State) state.CopyOptimizer(name, value);
        foreach ((_, Matrix value) in state.Parameters.Concat(state.Optimizer)) value.Dispose();
        RequireConsistent(state);
        _sampler.RandomState = state.RandomStates[SamplingStream];
        (_epoch, _best, _bestEpoch) = (state.Epoch, state.BestMetric, state.BestEpoch);
        _withoutImprovement = WithoutImprovementOf(state);
        _recent.Clear();
        foreach (double[] metrics in RecentOf(state)) _recent.Enqueue(metrics);
        if (_factors.Length > 1) ColdItemFactor = FactorOf(state);
        return _epoch;
    }

    private void RequireConsistent(CheckpointState state)
    {
        if (state.Epoch < 1 || state.Epoch > _epochs) throw state.Unfit($"says epoch {state.Epoch}; expected 1 to {_epochs}");
        if (state.BestEpoch is < 1 || state.BestEpoch > state.Epoch || state.BestEpoch is null != state.BestMetric is null)
            throw state.Unfit($"has no best epoch from 1 to {state.Epoch} with a metric");
        if (state.BestEpoch is null && state.Epoch == _epochs && _validation is not null) throw state.Unfit("has no best epoch at the end of the training");
        if (!state.RandomStates.TryGetValue(SamplingStream, out RngState random) || random == default) throw state.Unfit($"has no random state '{SamplingStream}'");
    }

    private static int WithoutImprovementOf(CheckpointState state) =>
        int.TryParse(state.Extra.GetValueOrDefault(WithoutImprovement), NumberStyles.None, CultureInfo.InvariantCulture, out int evaluations) ? evaluations
        : throw state.Unfit($"has no number '{WithoutImprovement}'");

    private double[][] RecentOf(CheckpointState state)
    {
        string[] parts = state.Extra.GetValueOrDefault(Recent, "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > _window * _factors.Length || parts.Length % _factors.Length != 0) throw state.Unfit($"has {parts.Length} numbers '{Recent}'");
        var metrics = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out metrics[i]) || !double.IsFinite(metrics[i]))
                throw state.Unfit($"has no numbers '{Recent}'");
        }

        return [.. metrics.Chunk(_factors.Length)];
    }

    private float FactorOf(CheckpointState state) =>
        float.TryParse(state.Extra.GetValueOrDefault(Factor), NumberStyles.Float, CultureInfo.InvariantCulture, out float factor) && _factors.Contains(factor) ? factor
        : throw state.Unfit($"has no '{Factor}' that validation chooses from");

    private void Save(CheckpointStore checkpoints)
    {
        RequireFinite("The parameters are", [.. _weights.Select(w => w.Value)]);
        checkpoints.Save(new CheckpointState
        {
            Epoch = _epoch,
            LearningRate = _adam.LearningRate,
            BestMetric = _best,
            BestEpoch = _bestEpoch,
            ConfigHash = ConfigHash,
            RandomStates = new Dictionary<string, RngState> { [SamplingStream] = _sampler.RandomState },
            Extra = new Dictionary<string, string>
            {
                [WithoutImprovement] = _withoutImprovement.ToString(CultureInfo.InvariantCulture),
                [Recent] = string.Join(' ', _recent.SelectMany(metrics => metrics).Select(metric => metric.ToString("R", CultureInfo.InvariantCulture))),
                [Factor] = ColdItemFactor.ToString("R", CultureInfo.InvariantCulture),
            },
            Parameters = [.. _weights, .. _weights.Select((w, i) => (BestPrefix + w.Name, _bestWeights[i]))],
            Optimizer = _adam.State,
        });
    }
}
