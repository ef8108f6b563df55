using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Scoring;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Runs;

public sealed partial class TrainingRun
{
    /// <summary>The name of the residual's part in a score, beside those of the chunks.</summary>
    internal const string BehaviorShare = "behavior";

    /// <summary>Refuses settings of training that an item-based model has no use for.</summary>
    /// <exception cref="InvalidInputException">There are some, or an earlier run to start from.</exception>
    private static void RefuseTraining(ModelDescription model, TrainingOptions training, string? from)
    {
        JsonObject defaults = OptionsBinder.ToJson(new TrainingOptions { FeatureScaling = training.FeatureScaling, FeatureDimensions = training.FeatureDimensions });
        string[] set = [.. OptionsBinder.ToJson(training).Where(option => !JsonNode.DeepEquals(option.Value, defaults[option.Key])).Select(option => option.Key)];
        if (set.Length > 0)
            throw new InvalidInputException(
                $"{model.Title} is computed at once, without epochs, so {string.Join(", ", set)} would do nothing; leave {(set.Length == 1 ? "it" : "them")} out.");
        if (from is not null)
            throw new InvalidInputException($"{model.Title} is computed at once and starts from nothing; leave the earlier run out (--from).");
    }

    /// <summary>Refuses a residual that cannot be computed, which need not wait for a trained model.</summary>
    /// <exception cref="InvalidInputException">It cannot.</exception>
    private void RequireBehavior(TrainingOptions training)
    {
        if (training.Behavior == Behavior.None)
        {
            if (training.BehaviorWeight is not null)
                throw new InvalidInputException("behaviorWeight does nothing without behavior; leave it out, or set behavior to ease or item-knn.");
            return;
        }

        if (training.Behavior == Behavior.Ease) EaseWeights.RequireRoom(_dataset.Train);
        if (training.BehaviorWeight is null && !_validated)
            throw new InvalidInputException("behaviorWeight is chosen on validation, and the data has nothing to measure there; set it, such as behaviorWeight=0.2.");
        if (_dataset.Modalities.Any(modality => modality.Name == BehaviorShare))
            throw new InvalidInputException($"A modality is named '{BehaviorShare}', as the part of a score that behavior={KebabCase.Of(training.Behavior)} adds; rename its feature file.");
    }

    private RunResult ExecuteItemBased(
        RunDirectory directory, ItemBasedRecommender model, HeldOut[] splits, Evaluator evaluator, Device device, CancellationToken cancellationToken)
    {
        foreach (string notice in MetricNotices.Of(splits, _dataset.Train)) LogNotice(notice);
        CsrMatrix weights = model.ComputeWeights(device, cancellationToken);
        using var scorer = new ItemWeightsScorer(new ItemWeights(weights, model.Bias), _dataset.Train.ItemsOf);
        EvaluationResult[] measured = Measure(scorer, splits, evaluator, cancellationToken);
        RunBehavior.Write(directory, Config, weights, model.Bias, weight: null);
        return Finish(directory, new RunResult(Epochs: 0, BestEpoch: 0, StoppedEarly: false, measured[0], measured[1]));
    }

    /// <summary>The model's scores as the run's settings have them corrected; writes down what by.</summary>
    private IScorer Corrected(IScorer model, RunDirectory directory, HeldOut validation, Device device, CancellationToken cancellationToken, out float? weight)
    {
        TrainingOptions training = Config.Training;
        weight = null;
        if (training.Behavior == Behavior.None) return model;
        CsrMatrix weights = BehaviorResidual.WeightsOf(training.Behavior, _dataset.Train, device, cancellationToken);
        BehaviorResidual residual = BehaviorResidual.Of(weights, _dataset.Train);
        weight = training.BehaviorWeight ?? ChooseWeight(model, residual, validation, device, cancellationToken);
        RunBehavior.Write(directory, Config, weights, bias: null, weight);
        return new ResidualScorer(model, residual, weight.Value);
    }

    private float ChooseWeight(IScorer model, BehaviorResidual residual, HeldOut validation, Device device, CancellationToken cancellationToken)
    {
        var chosen = BehaviorWeight.Choose(model, residual, validation, MetricName.Parse(Config.Training.Monitor), _dataset.Train, device, cancellationToken);
        LogBehavior(
            chosen.Weight.ToString(CultureInfo.InvariantCulture), Config.Training.Monitor,
            chosen.Value.ToString("F4", CultureInfo.InvariantCulture), chosen.Without.ToString("F4", CultureInfo.InvariantCulture));
        return chosen.Weight;
    }

    [LoggerMessage(LogLevel.Information, "behaviorWeight {Weight} is best on validation: {Monitor} {Value}, and {Without} without what others' behavior adds.")]
    private partial void LogBehavior(string weight, string monitor, string value, string without);
}
