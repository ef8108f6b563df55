using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Optimizers;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Models;
using Tessera.Recommendation.Losses;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;
using Tessera.Recommendation.Training;

namespace Tessera.Studies.Paper;

/// <summary>Trains a model as a run does, by Adam, or by plain gradient descent <c>p - η ∂L/∂p</c>, and looks at each step's gradients.</summary>
internal sealed class GradientTrace : IDisposable
{
    private readonly Recommender _model;
    private readonly ITwoPartLoss _parts;
    private readonly TrainingOptions _options;
    private readonly BprSampler _sampler;
    private readonly ChosenLoss? _chosenLoss;
    private readonly Adam? _adam; // null for gradient descent
    private readonly Tape _tape;
    private readonly Parameter[] _traced; // the IDs, then the projections
    private readonly Matrix[] _before;
    private readonly bool[] _candidates; // items that every batch ranks
    private float _learningRate;

    /// <param name="model">A model with two parts; not disposed with this.</param>
    /// <param name="rng">Root of the training's random streams.</param>
    public GradientTrace(Recommender model, Interactions train, TrainingOptions options, bool byAdam, Device device, Rng rng)
    {
        (_model, _parts, _options, _learningRate) = (model, (ITwoPartLoss)model, options, options.LearningRate);
        _sampler = new BprSampler(train, options.BatchSize, rng.Stream("sampling"));
        _chosenLoss = model.ChosenLoss = options.ChosenLoss(train, rng.Stream("candidates"));
        _adam = byAdam ? new Adam(device, model.Parameters, new AdamOptions { LearningRate = options.LearningRate, WeightDecay = options.WeightDecay }) : null;
        _tape = new Tape(device);
        _traced = [_parts.ItemIds, .. _parts.Projections];
        _before = [.. _traced.Select(parameter => parameter.Value.Clone())];
        _candidates = [.. train.ItemCounts().Select(count => count > 0 && options.Loss is RankingLoss.Softmax or RankingLoss.Cosine)];
        SumsOfRows = new double[train.Items];
    }

    /// <summary>Σ over the epoch's steps of <c>‖∂L/∂e_i‖</c>, <c>[|I|]</c>.</summary>
    public double[] SumsOfRows { get; }

    /// <summary>Trains an epoch.</summary>
    /// <param name="epoch">From 1, one after another.</param>
    /// <exception cref="NotFiniteNumberException">The loss is infinite or not a number.</exception>
    public IReadOnlyList<StepTrace> Epoch(int epoch, CancellationToken cancellationToken)
    {
        _learningRate = _options.LearningRate * (float)Math.Pow(_options.LearningRateDecay, (epoch - 1) / (double)_options.LearningRatePeriod);
        Array.Clear(SumsOfRows);
        _model.BeginEpoch(epoch);
        _sampler.BeginEpoch();
        _chosenLoss?.BeginEpoch(epoch);
        var batch = new Batch(_sampler.BatchSize);
        List<StepTrace> steps = [];
        while (_sampler.Next(batch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            steps.Add(Step(batch));
        }

        return steps;
    }

    /// <summary>One step.</summary>
    public StepTrace Step(Batch batch)
    {
        _chosenLoss?.Begin(batch);
        (double ids, double features) = LossParts(batch);
        Variable loss = _model.Loss(batch, _tape);
        double value = loss.Scalar;
        if (!double.IsFinite(value)) throw new NotFiniteNumberException($"The loss is {value}.", value);
        _tape.Backward(loss);
        for (int p = 0; p < _traced.Length; p++) _before[p].CopyFrom(_traced[p].Value);
        bool[] named = [.. _candidates];
        foreach (int item in batch.Positives.Span) named[item] = true;
        foreach (int item in batch.Negatives.Span) named[item] = true;
        double[] rows = [.. Enumerable.Range(0, named.Length).Select(item => Norm(_parts.ItemIds.Gradient, item))];
        int[] direct = [.. Enumerable.Range(0, rows.Length).Where(item => named[item] && rows[item] > 0)];
        double[] propagated = [.. rows.Where((norm, item) => !named[item] && norm > 0)];
        double projection = Math.Sqrt(_parts.Projections.Sum(weight => weight.Gradient is null ? 0 : Squares(weight.Gradient.Span)));
        for (int item = 0; item < rows.Length; item++) SumsOfRows[item] += rows[item];
        Optimize();
        _tape.Reset();
        int width = _parts.ItemIds.Value.Columns;
        double weights = _parts.Projections.Sum(weight => (double)weight.Value.Length), elements = Math.Max(1, direct.Length) * (double)width;
        return new StepTrace(
            value, ids, features,
            direct.Length == 0 ? 0 : direct.Average(item => rows[item]),
            Math.Sqrt(direct.Sum(item => rows[item] * rows[item]) / elements),
            Math.Sqrt(direct.Sum(item => Change(0, item)) / elements),
            propagated.Length == 0 ? 0 : propagated.Average(),
            projection, projection / Math.Sqrt(weights),
            Math.Sqrt(Enumerable.Range(1, _traced.Length - 1).Sum(p => Enumerable.Range(0, _before[p].Rows).Sum(row => Change(p, row))) / weights),
            direct.Length, direct.Count(item => rows[item] >= projection));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tape.Dispose();
        _adam?.Dispose();
        foreach (Matrix before in _before) before.Dispose();
    }

    private (double Ids, double Features) LossParts(Batch batch)
    {
        _tape.Recording = false;
        (Variable ids, Variable features) = _parts.LossParts(batch, _tape);
        (double, double) parts = (ids.Scalar, features.Scalar);
        _tape.Reset();
        _tape.Recording = true;
        return parts;
    }

    private void Optimize()
    {
        if (_adam is not null)
        {
            _adam.LearningRate = _learningRate;
            _adam.Step();
            return;
        }

        foreach (Parameter parameter in _model.Parameters)
        {
            if (parameter.Gradient is { } gradient) _tape.Device.Combine(1f - (_learningRate * _options.WeightDecay), parameter.Value, -_learningRate, gradient, parameter.Value);
        }
    }

    private double Change(int parameter, int row)
    {
        ReadOnlySpan<float> before = _before[parameter].Row(row), after = _traced[parameter].Value.Row(row);
        double sum = 0;
        for (int column = 0; column < before.Length; column++) sum += ((double)after[column] - before[column]) * ((double)after[column] - before[column]);
        return sum;
    }

    private static double Norm(Matrix? gradient, int row) => gradient is null ? 0 : Math.Sqrt(Squares(gradient.Row(row)));

    private static double Squares(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values) sum += (double)value * value;
        return sum;
    }
}
