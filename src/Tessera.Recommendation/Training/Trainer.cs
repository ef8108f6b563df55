using System.Diagnostics;
using System.Reflection;
using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Optimizers;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Checkpoints;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Losses;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;

namespace Tessera.Recommendation.Training;

/// <summary>
/// Trains a model by mini-batches and Adam, evaluates it on validation after each epoch, stops when it no longer improves,
/// and leaves the parameters of the best epoch in it. Without validation to measure it trains all epochs and leaves the last one's. It
/// never sees a test split.
/// </summary>
internal sealed partial class Trainer : IDisposable
{
    private readonly Recommender _model;
    private readonly HeldOut? _validation; // null where there is nobody to measure
    private readonly TrainingOptions _options;
    private readonly int _epochs;
    private readonly MetricName _monitor;
    private readonly int _window;
    private readonly int[] _coldItems; // without a training interaction
    private readonly float[] _factors; // on their vectors; of several, validation chooses
    private readonly Queue<double[]> _recent = []; // what the last evaluations measured, as many as the window has, by each factor
    private readonly Evaluator _evaluator;
    private readonly BprSampler _sampler;
    private readonly ChosenLoss? _chosenLoss; // null for the model's own
    private readonly Adam _adam;
    private readonly Tape _tape;
    private readonly (string Name, Matrix Value)[] _weights; // the model's parameters and buffers
    private readonly Matrix[] _bestWeights;
    private int _epoch;
    private double? _best;
    private int? _bestEpoch;
    private int _withoutImprovement;

    /// <summary>Prepares a run.</summary>
    /// <param name="model">What to train; not disposed with the trainer.</param>
    /// <param name="validation">Validation interactions, ranked as <see cref="HeldOut.Monitored"/> says; may be empty.</param>
    /// <param name="rng">Root of the run's random streams.</param>
    /// <param name="coldItems">The cold items of a split that tells them apart (<see cref="Dataset.ColdItems"/>), or null.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of its range, the monitored metric is unknown or counts more items than there are, or no training pair has a negative.
    /// </exception>
    public Trainer(Recommender model, Interactions train, Interactions validation, Device device, Rng rng, TrainingOptions options, IReadOnlyList<int>? coldItems = null)
    {
        options.Check();
        _model = model;
        _options = options;
        HeldOut monitored = HeldOut.Monitored(train, validation, coldItems);
        _validation = monitored.MeasuresAny(train) ? monitored : null;
        _window = options.MonitorWindowOf(monitored);
        _epochs = options.EpochsWhere(_validation is not null);
        _coldItems = [.. train.ItemCounts().Index().Where(item => item.Item == 0).Select(item => item.Index)];
        _factors = options.ColdItemFactorOf(monitored) is { } factor ? [factor] : [.. TrainingOptions.ColdItemFactors];
        ColdItemFactor = _factors[0];
        _monitor = MetricName.Parse(options.Monitor).Among(train.Items);
        _evaluator = new Evaluator(device, train, [.. MetricAccumulator.Standard.Union([_monitor])]);
        _sampler = new BprSampler(train, options.BatchSize, rng.Stream("sampling"));
        _chosenLoss = model.ChosenLoss = options.ChosenLoss(train, rng.Stream("candidates"));
        _adam = new Adam(device, model.Parameters, new AdamOptions { LearningRate = options.LearningRate, WeightDecay = options.WeightDecay });
        _tape = new Tape(device);
        _weights = [.. model.Parameters.Select(p => (p.Name, p.Value)), .. model.Buffers];
        _bestWeights = [.. _weights.Select(w => w.Value.Clone())];
    }

    /// <summary>What gives items without a training interaction their vectors; null for the model itself.</summary>
    public NeighborImputation? Imputation { get; init; }

    /// <summary>The factor on the vectors of items without a training interaction: the one set, or that of the best epoch.</summary>
    public float ColdItemFactor { get; private set; }

    /// <summary>The training pairs left out because their user has every training item.</summary>
    public int SkippedPairs => _sampler.SkippedPairs;

    /// <summary>Trains until patience or epochs run out.</summary>
    /// <param name="checkpoints">Where to keep the state after each epoch, or null.</param>
    /// <param name="progress">Receives a report after each batch and, before its checkpoint is written, each epoch, on this thread; or null.</param>
    /// <param name="cancellationToken">Stops between two batches; the last checkpoint remains.</param>
    /// <exception cref="OperationCanceledException">Cancellation was requested.</exception>
    /// <exception cref="NotFiniteNumberException">The loss, a final vector or a parameter became infinite or not a number.</exception>
    public TrainingResult Run(
        CheckpointStore? checkpoints = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var batch = new Batch(_sampler.BatchSize);
        while (_epoch < _epochs && _withoutImprovement < _options.Patience)
        {
            long start = Stopwatch.GetTimestamp();
            double loss = TrainEpoch(batch, progress, cancellationToken);
            double trainSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
            bool last = _epoch == _epochs;
            EvaluationResult? validation = last || (_validation is not null && _epoch % _options.EvaluateEvery == 0) ? Validate(cancellationToken) : null;
            double evaluateSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            bool stops = last || _withoutImprovement >= _options.Patience;
            progress?.Report(At(_epoch, _sampler.Batches, loss) with
            {
                Finished = true,
                Validation = validation,
                TrainSeconds = trainSeconds,
                EvaluateSeconds = evaluateSeconds,
            });
            if (checkpoints is not null && (_epoch % _options.CheckpointEvery == 0 || stops)) Save(checkpoints);
        }

        if (_bestEpoch is not null)
        {
            for (int w = 0; w < _weights.Length; w++) _weights[w].Value.CopyFrom(_bestWeights[w]);
        }

        return new TrainingResult(_epoch, _bestEpoch ?? _epoch, _best, _epoch < _epochs && _withoutImprovement >= _options.Patience);
    }

    /// <summary>One batch: loss, gradients, step. Returns the loss.</summary>
    /// <exception cref="InvalidInputException">Another ranking loss than the model's own is chosen and the model does not ask for it.</exception>
    /// <exception cref="NotFiniteNumberException">The loss is infinite or not a number; no parameter was changed.</exception>
    public double Step(Batch batch)
    {
        _chosenLoss?.Begin(batch);
        Variable loss = _model.Loss(batch, _tape);
        if (_chosenLoss is { Asked: false })
            throw new InvalidInputException(
                $"{_model.GetType().Name} does not let its ranking loss be chosen, so loss={KebabCase.Of(_options.Loss)} would do nothing; leave loss out, or have the model's Loss ask for its ChosenLoss.");
        double value = loss.Scalar;
        if (double.IsFinite(value))
        {
            _tape.Backward(loss);
            _adam.Step();
        }

        _tape.Reset();
        return double.IsFinite(value) ? value
            : throw new NotFiniteNumberException($"The loss is {value}; {Remedy}.", value);
    }

    /// <summary>
    /// The final vectors of the model as it is, those of items without a training interaction imputed where that is asked for, of the lengths that the
    /// ranking loss means.
    /// </summary>
    public Embeddings ComputeEmbeddings()
    {
        Embeddings embeddings = ComputeUnscaled();
        ScaleColdItems(embeddings, ColdItemFactor); // last: how high these items stand is no matter of the loss
        return embeddings;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tape.Dispose();
        _adam.Dispose();
        foreach (Matrix weights in _bestWeights) weights.Dispose();
    }

    private double TrainEpoch(Batch batch, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        int epoch = _epoch + 1, done = 0;
        _adam.LearningRate = _options.LearningRate
            * (float)Math.Pow(_options.LearningRateDecay, (epoch - 1) / (double)_options.LearningRatePeriod);
        _model.BeginEpoch(epoch);
        _sampler.BeginEpoch();
        _chosenLoss?.BeginEpoch(epoch);
        double sum = 0;
        while (_sampler.Next(batch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                sum += Step(batch);
            }
            catch (NotFiniteNumberException diverged)
            {
                throw new NotFiniteNumberException(
                    $"Epoch {epoch}, batch {done + 1} of {_sampler.Batches}: {diverged.Message}", diverged.OffendingNumber, diverged);
            }

            done++;
            progress?.Report(At(epoch, done, sum / done));
        }

        _epoch = epoch;
        return sum / done;
    }

    private EvaluationResult? Validate(CancellationToken cancellationToken)
    {
        using Embeddings embeddings = ComputeUnscaled();
        RequireFinite("The vectors of users and items are", embeddings.Users, embeddings.Items);
        if (_validation is null) return null;
        EvaluationResult[] results = ValidateByFactor(_validation, embeddings, cancellationToken);
        _recent.Enqueue([.. results.Select(result => result.Decisive(_monitor))]);
        if (_recent.Count > _window) _recent.Dequeue();
        double[] reached = [.. _factors.Select((_, f) => _window == 1 ? _recent.Peek()[f] : _recent.Average(measured => measured[f]))];
        int best = Array.IndexOf(reached, reached.Max());
        if (_recent.Count < _window && _epoch < _epochs) return results[best];
        if (_best is null || reached[best] > _best)
        {
            (_best, _bestEpoch, _withoutImprovement, ColdItemFactor) = (reached[best], _epoch, 0, _factors[best]);
            for (int w = 0; w < _weights.Length; w++) _bestWeights[w].CopyFrom(_weights[w].Value);
        }
        else
        {
            _withoutImprovement++;
        }

        return results[best];
    }

    private EvaluationResult[] ValidateByFactor(HeldOut validation, Embeddings unscaled, CancellationToken cancellationToken)
    {
        using Matrix items = unscaled.Items.Clone();
        var results = new EvaluationResult[_factors.Length];
        for (int f = 0; f < _factors.Length; f++)
        {
            unscaled.Items.CopyFrom(items);
            ScaleColdItems(unscaled, _factors[f]);
            results[f] = _evaluator.Evaluate(unscaled, [validation], cancellationToken)[0];
        }

        return results;
    }

    private Embeddings ComputeUnscaled()
    {
        Embeddings embeddings = _model.ComputeEmbeddings(_tape);
        Imputation?.Apply(_model, embeddings, _tape);
        _chosenLoss?.Finish(_tape.Device, embeddings);
        return embeddings;
    }

    private void ScaleColdItems(Embeddings embeddings, float factor)
    {
        if (factor == 1) return;
        foreach (int item in _coldItems)
            foreach (ref float value in embeddings.Items.Row(item)) value *= factor;
    }

    private string Remedy => $"lower the learning rate ({_adam.LearningRate})"
        + (_model.GetType().GetCustomAttribute<RecommenderAttribute>() is { NeedsFeatures: true } ? ", or scale features that are large, by featureScaling=standardize" : "");

    private void RequireFinite(string what, params ReadOnlySpan<Matrix> values)
    {
        foreach (Matrix value in values)
        {
            if (value.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
                throw new NotFiniteNumberException($"Epoch {_epoch}: {what} no longer finite; {Remedy}.");
        }
    }

    private TrainingProgress At(int epoch, int batch, double loss) =>
        new(epoch, _epochs, batch, _sampler.Batches, loss, _adam.LearningRate, _best, _bestEpoch) { BestOf = Math.Max(1, _recent.Count) };
}
