using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Scoring;
using Tessera.Recommendation.Training;

namespace Tessera.Studies.Tuning;

/// <summary>
/// Settings and a seed, trained some epochs at a time on the calling thread alone, in a folder of its own; interrupted, it goes on from its last checkpoint.
/// The test split is not looked at.
/// </summary>
/// <param name="settings">Options of the model and of training that differ from the defaults.</param>
internal sealed class Trial(Dataset dataset, ModelDescription model, JsonObject settings, ulong seed, string folder)
{
    /// <summary>Epochs between two checkpoints, of which a rung is a multiple.</summary>
    public const int CheckpointEvery = 8;

    private static readonly MetricName Recall = new(Metric.Recall, 20);
    private readonly RunDirectory _files = new(folder);

    public JsonObject Settings => settings;

    public ulong Seed => seed;

    public string Folder => folder;

    /// <summary>Whether patience or the epochs ran out, or the training failed.</summary>
    public bool IsFinished => Read() is { Result: not null } or { Failure: not null };

    /// <summary>Why the training failed; null where it did not.</summary>
    public string? Failure => Read().Failure;

    /// <summary>Why the training failed before so many epochs were done; null where it did not.</summary>
    public string? FailureWithin(int epochs) => Epochs < epochs ? Failure : null;

    /// <summary>Epochs trained so far.</summary>
    public int Epochs => Read().Seconds.Count;

    /// <summary>The best value on validation of the first epochs, -1 for none: what trials that ended and others can be compared by.</summary>
    public double BestOf(int epochs) => Read().Validation.Take(epochs).DefaultIfEmpty(-1).Max();

    /// <summary>The value on validation of the run trained to the end; null before, and where the training failed.</summary>
    public double? Result => Read().Result;

    /// <summary>Processor time of the thread in the first epochs, what precedes them and one that failed included, in seconds.</summary>
    public double SecondsOf(int epochs) => Read() is var record && record.Seconds.Count < epochs ? record.Seconds.Sum() + record.FailedSeconds : record.Seconds.Take(epochs).Sum();

    /// <summary>Trains until so many epochs are done, or to the end.</summary>
    public void Train(int epochs, CancellationToken cancellationToken)
    {
        if (IsFinished || Epochs >= epochs) return;
        TrainingOptions training = OptionsBinder.Bind<TrainingOptions>(settings, model.OptionsType);
        if (!model.IsItemBased) training = training with { CheckpointEvery = CheckpointEvery };
        object options = OptionsBinder.Bind(model.OptionsType, settings, typeof(TrainingOptions));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var device = new Device(threads: 1);
        var recorder = new Recorder(this, epochs, stop);
        try
        {
            var run = new TrainingRun(dataset, model, options, training, seed, Protocol.Strict) { DefersTest = true };
            RunResult result = run.Execute(folder, device, resume: _files.HoldsRun, graphCache: null, recorder, stop.Token);
            TrialRecord record = Read() with { Result = result.Validation.Decisive(Recall) };
            if (record.Seconds.Count == 0) record = record with { Seconds = [recorder.SecondsSinceEpoch], Validation = [record.Result.Value] }; // a model without epochs
            Write(record);
            _files.DeleteCheckpoints();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // so many epochs are done
        }
        catch (Exception cause) when (cause is NotFiniteNumberException or InvalidInputException)
        {
            Write(Read() with { Failure = cause.Message, FailedSeconds = recorder.SecondsSinceEpoch });
        }
    }

    /// <summary>Scores test, which until then nobody has looked at, where the data has one; the trial must be finished.</summary>
    public EvaluationResult ScoreTest(Protocol protocol)
    {
        HeldOut test = HeldOut.Test(dataset, protocol);
        if (!test.MeasuresAny(dataset.Train)) return EvaluationResult.Nothing(test.Name);
        using var device = new Device(threads: 1);
        using TrainedRun run = TrainedRun.Open(folder);
        using IScorer scorer = run.Scorer();
        return new Evaluator(device, dataset.Train).Evaluate(scorer, [test])[0];
    }

    private string RecordFile => Path.Combine(folder, "trial.json");

    private TrialRecord Read() => JsonRecord.ReadIfPresent<TrialRecord>(RecordFile, "is no record of a trial", "delete its folder, and the trial begins anew") ?? new([], []);

    private void Write(TrialRecord record)
    {
        Directory.CreateDirectory(folder);
        JsonRecord.Write(RecordFile, record);
    }

    /// <param name="Seconds">Processor time of each epoch.</param>
    /// <param name="Validation">Recall@20 on validation after each; where warm and cold items are measured, their harmonic mean.</param>
    /// <param name="Result">That of the finished run; null before.</param>
    /// <param name="FailedSeconds">Processor time from the last whole epoch to the failure.</param>
    private sealed record TrialRecord(
        IReadOnlyList<double> Seconds, IReadOnlyList<double> Validation, double? Result = null, string? Failure = null, double FailedSeconds = 0);

    /// <summary>Writes down what an epoch took and reached, and stops the training once enough are done.</summary>
    private sealed class Recorder(Trial trial, int epochs, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        private TimeSpan _before = ThreadTime.Now;

        /// <summary>Processor time since the last whole epoch, or the start.</summary>
        public double SecondsSinceEpoch => (ThreadTime.Now - _before).TotalSeconds;

        public void Report(TrainingProgress value)
        {
            if (value.Epoch > epochs) stop.Cancel(); // its first batch: the checkpoint of the epoch before is written
            if (!value.Finished) return;
            TrialRecord record = trial.Read();
            int kept = Math.Min(record.Seconds.Count, value.Epoch - 1); // epochs after the last checkpoint are trained again
            trial.Write(record with
            {
                Seconds = [.. record.Seconds.Take(kept), SecondsSinceEpoch],
                Validation = [.. record.Validation.Take(kept), value.Validation?.Decisive(Recall) ?? -1],
            });
            _before = ThreadTime.Now;
        }
    }
}
